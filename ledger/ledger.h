// The ledger as readers see it: the durable prefix of the log, what is derived from it, and how
// it is opened. Writing goes through the Registrar (ledger/registrar.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "events/catalogue.h"
#include "events/codes/code_lists.h"
#include "events/dates.h"
#include "events/fact.h"
#include "events/ids.h"
#include "events/json/event_writer.h"
#include "events/rules/standings.h"
#include "ledger/head.h"
#include "ledger/receipt.h"

namespace ledger {

namespace storage {
struct Disk;
}

class Prover;
class Registrar;
class StreamMap;
struct Core;
struct DisclosedPart;

/// What position 0 says of the ledger.
struct LedgerInfo {
    events::Id id;
    events::schema::LedgerKind kind = events::schema::LedgerKind::REAL;
    std::string origin;
    std::string zone;
    int suite = 1;
    int format = 1;
};

/// Bytes of one stored event, pinned in the store's cache or owned.
/// Lifetime: must not outlive the ledger.
class StoredEvent {
public:
    StoredEvent();
    StoredEvent(StoredEvent&&) noexcept;
    StoredEvent& operator=(StoredEvent&&) noexcept;
    ~StoredEvent();

    std::string_view bytes() const;
    const events::schema::Event& event() const;

private:
    friend class Ledger;
    struct Pin;
    std::unique_ptr<Pin> pin_;
};

/// Reads events in position order without copying.
/// Threads: one thread at a time. Lifetime: must not outlive the ledger.
class EventScan {
public:
    EventScan(EventScan&&) noexcept;
    ~EventScan();

    /// False at the end. The bytes are valid until the next call. Fails with `corrupt` on a hole
    /// or a checksum error.
    base::Result<bool> next();
    events::Position position() const;
    std::string_view bytes() const;
    const events::schema::Event& event() const;
    /// Events read so far, wanted or not: what the scan has cost.
    std::uint64_t looked() const;

private:
    friend class Ledger;
    struct State;
    explicit EventScan(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Threads:  reading is safe from any thread; a reader never sees more than `head()`.
/// Lifetime: clock and random must outlive it.
/// Errors:   what is stored and cannot be read is a failed Result, or where the answer has no room
///           for one (`positions`, `receipt`, `leaf`, `history` ...) an Unreadable is thrown.
class Ledger {
public:
    enum class Opening {
        existing,   ///< refuse an empty folder
        create,     ///< open an empty folder as a real ledger
        demo,       ///< open an empty folder as a demonstration ledger
        read_only,  ///< of a stopped server; changes nothing (offline tools)
    };
    struct Options {
        std::filesystem::path dir;  ///< holds ledger/, vault/, views/, head.anchor
        Opening opening = Opening::existing;
        std::string origin = "ledger.example/talent";
        std::string zone = "Asia/Shanghai";
        std::size_t queue_commands_max = 8'192;
        std::size_t block_events_max = 4'096;
        std::size_t people_max = 400'000;  ///< standings kept in memory
        std::size_t index_events = 65'536;  ///< events between two seals of the index
        const storage::Disk* disk = nullptr;  ///< tests put a faulty disk under the store
    };
    /// What recovery found at start; for the log and for LedgerRecovered.
    struct Recovery {
        bool clean = true;
        std::string what;  ///< one sentence, empty if clean
    };

    /// Opens and recovers. Compares the log with the head anchor, rebuilds what is derived from
    /// the log's tail, records LedgerRecovered where the last block was of uncertain fate.
    /// Errors: `not_found` E_NO_LEDGER, `conflict` E_LEDGER_IN_USE, E_LEDGER_KIND,
    ///         E_FORMAT_VERSION, `corrupt` E_LOG_DAMAGED, E_LOG_LOST (the sentence names the range
    ///         lost), E_ANCHOR_MISSING, E_ANCHOR_DAMAGED, E_VAULT_MISSING; `storage` E_STORAGE.
    static base::Result<std::unique_ptr<Ledger>> open(Options options, const base::Clock& clock,
                                                      base::Random& random);
    ~Ledger();

    // -- questions ------------------------------------------------------------------------------
    const LedgerInfo& info() const;
    const events::Zone& zone() const;
    const events::Catalogue& catalogue() const;
    const events::CodeLists& codes() const;
    const Recovery& recovery() const;
    Head head() const;
    /// Fails with `not_found` E_NO_EVENT past the head.
    base::Result<StoredEvent> event(events::Position position) const;
    /// Events [from, upto), at most to the head at the time of the call.
    /// `fill_cache`: leave blocks in the block cache (a full replay should not).
    EventScan scan(events::Position from, events::Position upto, bool fill_cache = false) const;
    /// Only events of these types; all if there are none. Runs of the log that hold no such event
    /// are passed over; between two wanted events at most 510 others are read.
    EventScan scan(std::span<const events::schema::Payload> types, events::Position from,
                   events::Position upto, bool fill_cache = false) const;
    /// Newest durable revision of a stream; 0 if there is none.
    events::Revision revision(const events::StreamId& stream) const;
    /// Positions of revisions from `from` on, at most `limit`.
    std::vector<events::Position> positions(const events::StreamId& stream, events::Revision from,
                                            std::size_t limit) const;
    /// The receipt of a recorded command; nothing if it never was.
    std::optional<Receipt> receipt(const events::CommandId& command) const;
    events::Hash leaf(events::Position position) const;
    /// Root of the first `size` leaves. REQUIRES: size <= head().size.
    events::Hash root(std::uint64_t size) const;
    /// Proofs over any prefix up to the head.
    const Prover& prover() const;
    /// The completeness map, as of when it was last moved on.
    StreamMap& stream_map() const;
    /// First event recorded after `at`; the head's size if none.
    events::Position first_after(events::Instant at) const;
    /// Opens the sealed parts of an event. Missing keys give `erased`.
    events::PersonalView personal(const events::schema::Event& event) const;
    /// Folds read the durable prefix up to `size` events (or the head) through this.
    std::unique_ptr<events::History> history(std::optional<std::uint64_t> size = {}) const;
    /// Blocks until head().size > `size`, the deadline passes or `interrupt_waiters` is called.
    bool wait_past(std::uint64_t size, std::chrono::milliseconds timeout) const;
    void interrupt_waiters() const;
    /// Called after each commit, on the committer's thread, with the new head. Must be quick.
    /// The returned token removes it when destroyed.
    std::shared_ptr<void> on_commit(std::function<void(const Head&)> observer) const;
    /// Figures for /metrics.
    struct Figures {
        std::uint64_t commits = 0, commands = 0, refused = 0, replayed = 0, queued = 0;
        double fsync_seconds_total = 0;
        std::uint64_t disk_bytes = 0;
        /// The store's own counters by their names, such as rocksdb.block.cache.hit; not zero.
        std::vector<std::pair<std::string, std::uint64_t>> store;
    };
    Figures figures() const;

    // -- changes --------------------------------------------------------------------------------
    /// REQUIRES: not opened read_only.
    Registrar& registrar();

private:
    friend class Registrar;
    friend class Rehearsal;
    friend class Verifier;
    friend base::Result<std::vector<DisclosedPart>> disclose(const Ledger& ledger,
                                                             const events::schema::Event& event);
    struct State;
    explicit Ledger(std::unique_ptr<State> state);
    void start_writer();
    Core& core();
    const Core& core() const;

    std::unique_ptr<State> state_;
};

}  // namespace ledger
