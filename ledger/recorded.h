// What the log says of its own signing and proofs. The ledger's own stream is read from its end
// backwards, as only the newest word counts.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "events/base/result.h"
#include "events/schema/event_generated.h"
#include "ledger/ledger.h"
#include "ledger/proof/completeness.h"

namespace ledger {

/// Calls `visit` with the events of the ledger's own stream, the newest first, until it gives
/// false.
base::Result<void> newest_first(const Ledger& ledger,
                                const std::function<bool(const events::schema::Event&)>& visit);

/// Whether the log holds an event of this type.
base::Result<bool> has_any(const Ledger& ledger, events::schema::Payload type);

/// Under which name and key the log is signed.
struct SigningOnRecord {
    std::string origin;       ///< of LedgerOpened, or of the newest restoration
    bool was_signed = false;  ///< so a signing folder must be there
    /// The key of the newest rotation or restoration (type byte and public key), and which it was.
    std::string newest_key = {};
    bool restored = false;
    proof::Checkpoint before = {};  ///< if restored: what had been signed under the old origin
};
base::Result<SigningOnRecord> signing_on_record(const Ledger& ledger);

/// The newest recording of proof events.
struct RecordingOnRecord {
    std::uint64_t size = 0;      ///< events under the recorded checkpoint
    std::uint64_t position = 0;  ///< of its first event
    std::uint16_t events = 0;    ///< of its command
};
base::Result<std::optional<RecordingOnRecord>> newest_recording(const Ledger& ledger);

/// Finds the event StreamMapRecorded of a map, and remembers it.
/// Threads: safe from any. Lifetime: the ledger must outlive it.
class MapRecords {
public:
    explicit MapRecords(const Ledger& ledger) : ledger_(ledger) {}

    /// The newest record; nothing if no map was ever recorded.
    base::Result<std::optional<proof::MapRecord>> newest() const;
    /// The record of the map of so many events; nothing if there is none.
    base::Result<std::optional<proof::MapRecord>> of(std::uint64_t size) const;

private:
    const Ledger& ledger_;
    mutable std::mutex mutex_;
    mutable std::optional<proof::MapRecord> known_;  ///< the last one asked for by size
};

}  // namespace ledger
