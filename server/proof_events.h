// Tells in the log, once in a while, what was signed of it and what follows from it, so that a
// lie about it is found later (settled.md 5).
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "ledger/map_advance.h"
#include "ledger/notary.h"
#include "ledger/recorded.h"
#include "ledger/system_events.h"
#include "projections/views.h"
#include "server/append_queue.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/services.h"
#include "server/workers.h"

namespace server {

/// When a recording is due, by what is under the newest published checkpoint. Its own events do
/// not count, so that they never feed themselves.
class RecordingPace {
public:
    /// A real ledger also records what has waited for a day. A demonstration's days pass as fast
    /// as it is loaded: it goes by the number of events alone.
    explicit RecordingPace(const ledger::Ledger& ledger) : ledger_(ledger) {}

    /// Reads what was recorded last.
    base::Result<void> look_back();
    void recorded(const ledger::RecordingOnRecord& recording) { last_ = recording; }
    /// `size`: events under the newest published checkpoint.
    base::Result<bool> is_due(std::uint64_t size, events::Instant now) const;

private:
    std::uint64_t first_waiting() const;

    const ledger::Ledger& ledger_;
    ledger::RecordingOnRecord last_;
};

/// One command in the system's role for each recording: the newest published checkpoint, the root
/// of the completeness map at its size, the digests of the views. The map that proofs are made
/// from stays at the size on record until the next recording is itself under a checkpoint.
///
/// While much is being loaded the log is left alone, at most for limits::recording_waits_max.
///
/// Threads:  `keep` is one task; `stop` from any.
/// Lifetime: everything handed in must outlive it.
class ProofEvents {
public:
    struct World {
        const ledger::Ledger& ledger;
        const ledger::Notary& notary;
        const projections::Views& views;
        AppendQueue& appends;
        Workers& workers;
        Metrics& metrics;
        const Standing& standing;
        const base::Clock& clock;
    };
    explicit ProofEvents(const World& world);

    /// Runs until `stop` or a drain. What cannot be recorded is logged and tried again later.
    awaitable<void> keep();
    void stop();

private:
    bool stopping() const { return stopping_ || world_.standing.draining; }
    bool is_busy();
    using Work = std::function<base::Result<void>()>;
    awaitable<base::Result<void>> on_worker(const Work& work);
    /// Reads what was recorded, and brings the map up to it.
    awaitable<base::Result<void>> begin();
    base::Result<void> catch_up(const proof::MapRecord& record);
    awaitable<base::Result<void>> approach(std::uint64_t size);
    /// Keeps the map of a recording that is under a checkpoint by now, or records if that is due.
    awaitable<base::Result<void>> look();
    awaitable<base::Result<void>> record(const proof::Checkpoint& checkpoint);
    base::Result<void> prepare(ledger::Recording& recording);

    const World world_;
    RecordingPace pace_;
    ledger::MapAdvance map_;
    std::optional<ledger::StreamMap::Staged> staged_;  ///< recorded, not yet under a checkpoint
    std::uint64_t staged_position_ = 0;
    std::uint64_t seen_ = 0;   ///< size of the log at the last look
    Bell::Time last_quiet_{};  ///< when nothing was being loaded, or something was recorded
    Bell pause_;
    std::atomic<bool> stopping_{false};
};

}  // namespace server
