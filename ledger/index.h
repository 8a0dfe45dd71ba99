// Where things are in the log: revisions of streams, first places of commands, owners of credit
// codes. All of it follows from the events and their blocks.
//
// Random keys are what makes a write batch slow, so none of this is in the batch that is synced.
// New entries gather in memory; every some 64,000 events they are sorted and handed to the
// store as one sorted file, together with the mark "sealed up to". A start reads the log from
// that mark on. Questions look at the newest generation in memory, then at the one that is being
// sealed, then at the store.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "events/event.h"
#include "events/fact.h"
#include "events/ids.h"
#include "ledger/storage/database.h"
#include "ledger/type_marks.h"

namespace ledger {

/// Somebody took or gave up a credit code. Kept in the block record, since what an event claims
/// is for the rules to say.
struct OwnerChange {
    std::string code;
    std::uint64_t position = 0;  ///< first of the command
    std::uint16_t index = 0;     ///< within the command
    events::Id owner;
    bool release = false;
};

/// Threads:  `add` by the one who decides; questions from any thread.
/// Bounds:   about 400 bytes of memory per event that is not sealed; `add` waits while two
///           generations are full.
/// Errors:   a store that cannot be written ends the process. One that cannot be read throws
///           Unreadable E_INDEX_DAMAGED; the index is then no longer trusted, and the next start
///           makes it again from the log.
class Index {
public:
    using Places = std::vector<std::pair<std::string, std::string>>;
    struct Command {
        events::CommandId id;
        events::Position first;
        std::uint16_t count = 0;
    };

    /// `marks` is loaded, and stored, together with the index.
    Index(storage::Database& database, TypeMarks& marks, std::size_t sealed_events);
    ~Index();

    /// Reads the mark. Empties an index that is of another version or claims more than `size`
    /// events. Returns where the log must be read from.
    base::Result<std::uint64_t> open(std::uint64_t size, bool read_only);
    /// Starts sealing in the background.
    void start();
    /// Seals everything and stops. REQUIRES: everything added is durable.
    void stop();

    // -- questions; only what lies below `size` is seen ------------------------------------------
    events::Revision newest(const events::StreamId& stream, std::uint64_t size) const;
    /// Appends positions of revisions from `from` on, at most `limit`.
    void positions(const events::StreamId& stream, events::Revision from, std::size_t limit,
                   std::uint64_t size, std::vector<std::uint64_t>& out) const;
    std::optional<events::History::Block> find(const events::CommandId& command,
                                               std::uint64_t size) const;
    /// Owners of a credit code, oldest first, those who gave it up left out.
    std::vector<events::Id> owners(std::string_view code, std::uint64_t size) const;

    // -- changes --------------------------------------------------------------------------------
    void add(const Command& command, std::span<const events::Placement> placements,
             std::span<const OwnerChange> owners);
    /// Adds an event read from the log; commands come with their first event.
    void add_stored(const events::schema::Event& event);
    void add_stored(const OwnerChange& owner);
    /// While the log is read at start: seals what has gathered, if it is enough.
    void seal_in_passing(std::uint64_t size);
    /// Everything below `size` is on disk.
    void durable(std::uint64_t size);

private:
    struct Generation;

    /// Puts a fresh generation in place of the active one, which is handed back.
    std::unique_ptr<Generation> turn();
    void add_place(const events::StreamId& stream, std::uint32_t revision, std::uint64_t position);
    /// The generation being sealed comes second, if there is one.
    std::span<const Generation* const> newest_first() const;
    bool full_enough() const;
    void run();
    void seal(const Generation& generation);
    [[noreturn]] void distrust(const base::Error& error) const;
    std::uint32_t newest_sealed(const events::StreamId& stream) const;
    void sealed_positions(const events::StreamId& stream, std::uint32_t from, std::size_t limit,
                          std::uint64_t size, std::vector<std::uint64_t>& out) const;

    storage::Database& database_;
    TypeMarks& marks_;
    const std::size_t sealed_events_;
    bool read_only_ = false;
    mutable std::atomic<bool> distrusted_{false};
    mutable std::shared_mutex mutex_;  // guards the generations
    std::unique_ptr<Generation> active_;
    std::unique_ptr<const Generation> frozen_;
    std::array<const Generation*, 2> generations_{};  // both of them, for questions
    std::condition_variable_any changed_;
    std::uint64_t durable_ = 0;
    bool stopping_ = false;
    std::thread sealer_;
};

}  // namespace ledger
