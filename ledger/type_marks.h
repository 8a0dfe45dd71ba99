// Which event types occur in which run of the log, so that a reader of a few types can pass over
// what cannot hold them. Follows from the events; kept in memory, and on disk with the index.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "events/schema/event_generated.h"
#include "ledger/storage/database.h"

namespace ledger {

/// A set of event types, by the numbers that the catalogue keeps for ever.
class TypeSet {
public:
    using Payload = events::schema::Payload;
    static constexpr std::size_t words = 4;  ///< of 64 types each: every number a type can have

    TypeSet() = default;
    explicit TypeSet(std::span<const Payload> types) {
        for (const auto type : types) add(type);
    }

    bool has(Payload type) const { return (bits[word_of(type)] & bit_of(type)) != 0; }
    void add(Payload type) { bits[word_of(type)] |= bit_of(type); }

    static std::size_t word_of(Payload type) { return static_cast<std::uint8_t>(type) / 64; }
    static std::uint64_t bit_of(Payload type) {
        return std::uint64_t{1} << static_cast<std::uint8_t>(type) % 64;
    }

    std::array<std::uint64_t, words> bits{};
};

/// One TypeSet per run of consecutive positions. It may say too much (a crash can leave the marks
/// of what was decided and never became durable) and never too little.
///
/// Bounds:   32 bytes per run, 1.2 MB at 10 million events.
/// Threads:  `note` by one thread at a time; questions from any. A mark is set before the head
///           that covers its position is published, so who knows of a position sees its mark.
class TypeMarks {
public:
    /// Small enough that a rare type costs a few blocks of the store, large enough that all marks
    /// stay in memory.
    static constexpr std::uint64_t run_events = 256;

    TypeMarks();
    ~TypeMarks();

    /// The run that holds `position` may hold one of the types.
    bool may_hold(const TypeSet& types, std::uint64_t position) const;
    /// First position in [from, upto) whose run may hold one of the types; `upto` if there is none.
    std::uint64_t first(const TypeSet& types, std::uint64_t from, std::uint64_t upto) const;

    void note(std::uint64_t position, events::schema::Payload type);

    // -- on disk, among the entries of the index (docs/data_layout.md) ---------------------------
    using Entries = std::vector<std::pair<std::string, std::string>>;
    /// Takes in what the store has. Fails with `corrupt` or `storage`.
    base::Result<void> load(const storage::Database& database);
    /// Adds the entries of the runs that [begin, end) touches.
    void append_entries(std::uint64_t begin, std::uint64_t end, Entries& out) const;

private:
    using Mark = std::array<std::atomic<std::uint64_t>, TypeSet::words>;
    static constexpr std::size_t shelf_marks = 4'096;  ///< a shelf covers a million events
    static constexpr std::size_t shelves_max = 65'536;
    using Shelf = std::array<Mark, shelf_marks>;

    const Mark* find(std::uint64_t run) const;
    Mark& make(std::uint64_t run);

    /// Shelves never move once they are there, so readers need no lock.
    std::unique_ptr<std::array<std::atomic<Shelf*>, shelves_max>> shelves_;
};

}  // namespace ledger
