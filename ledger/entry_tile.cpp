#include "ledger/entry_tile.h"

#include <utility>

namespace ledger {
namespace {

/// FlatBuffers are read in place, so each entry begins where its numbers are aligned.
constexpr std::size_t alignment = 8;

}  // namespace

void EntryTile::begin(std::uint64_t first) {
    first_ = first;
    bytes_.clear();
    places_.clear();
    events_.clear();
    nodes_.clear();
    fault_.reset();
    blobs.clear();
    opened = erased = 0;
}

void EntryTile::add(std::string_view entry) {
    places_.push_back({bytes_.size(), entry.size()});
    bytes_ += entry;
    bytes_.append((alignment - bytes_.size() % alignment) % alignment, '\0');
}

void EntryTile::note(std::uint64_t position, std::string what) {
    if (!fault_ || position < fault_->position.value_or(UINT64_MAX)) {
        fault_ = EntryFault{position, std::move(what)};
    }
}

void EntryTile::check(const events::Id& ledger) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const auto bytes = entry(i);
        nodes_.add(leaf_hash(bytes));
        // Past a fault nothing but the hashes is of use: they still tell what was kept.
        if (fault_ && fault_->position <= first_ + i) continue;
        const auto event = events::read_event(bytes);
        if (!event) {
            note(first_ + i, event.error().what);
            continue;
        }
        const events::CommandId command{events::Id::of(*(*event)->command_id())};
        if (events::Id::of(*(*event)->event_id()) !=
            events::event_id_of(ledger, command, (*event)->command_index())) {
            note(first_ + i, "the event's id does not follow from its command");
            continue;
        }
        events_.push_back(*event);
    }
}

}  // namespace ledger
