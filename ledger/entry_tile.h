// Up to 256 neighbouring entries of a log, and all that can be said of them by themselves: the part
// of checking a log that many threads can do side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "ledger/tile_nodes.h"

namespace ledger {

/// What is wrong, and where.
struct EntryFault {
    std::optional<std::uint64_t> position;  ///< of the event, where one is concerned
    std::string what;                       ///< one sentence, without personal data
};

/// Lifetime: events and entries are valid until the next `begin` or `add`.
class EntryTile {
public:
    /// Empties it; the next entry added stands at `first`.
    void begin(std::uint64_t first);
    void add(std::string_view entry);
    /// Reads and hashes all entries. Stops at the first that is no event, or whose id is not what
    /// its place in the ledger and its command give.
    void check(const events::Id& ledger);

    std::uint64_t first() const { return first_; }
    std::size_t size() const { return places_.size(); }
    std::string_view entry(std::size_t i) const {
        return {bytes_.data() + places_[i].start, places_[i].size};
    }
    /// REQUIRES: checked, i < read().
    const events::schema::Event& event(std::size_t i) const { return *events_[i]; }
    /// How many entries `check` has read before the first fault.
    std::size_t read() const { return events_.size(); }
    const TileNodes& nodes() const { return nodes_; }

    /// The fault of the smallest position; notes another if it comes before it.
    const std::optional<EntryFault>& fault() const { return fault_; }
    void note(std::uint64_t position, std::string what);

    /// Room for what else belongs to these entries: sealed blobs, by position and part.
    struct Blob {
        std::uint64_t position = 0;
        std::uint16_t part = 0;
        std::string bytes;
    };
    std::vector<Blob> blobs;
    std::uint64_t opened = 0, erased = 0;  ///< sealed parts

private:
    struct Place {
        std::size_t start = 0, size = 0;
    };

    std::uint64_t first_ = 0;
    std::string bytes_;
    std::vector<Place> places_;
    std::vector<const events::schema::Event*> events_;
    TileNodes nodes_;
    std::optional<EntryFault> fault_;
};

}  // namespace ledger
