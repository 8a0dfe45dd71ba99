// People at hand while folding: their standing and the rows they contribute now.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/ids.h"
#include "events/rules/person.h"
#include "projections/rows.h"

namespace projections {

/// One person with the rows of the counted views, all sorted.
struct PersonAtHand {
    struct Engaged {
        events::Id engagement;
        std::vector<Row> rows;
    };

    events::Person person;
    std::vector<Row> homes;  ///< tables homes and moves
    std::vector<Engaged> services;
    std::vector<Row> late;  ///< table breaches: handovers that are or were late
    std::vector<events::Id> noted_at;  ///< employers whose rosters know of the person
    bool all_noted = true;  ///< false: there may be others, noted before the person was at hand

    // What the command at hand has touched; all false between commands.
    bool touched = false;
    bool refold = false;      ///< the standing must be folded again
    bool all_rows = false;    ///< every row must be computed again
    bool breaches = false;    ///< the record may break a rule, or no longer do so
    bool handovers = false;   ///< `late` must be computed again
    bool duties = false;      ///< what the clock will ask may be another
    /// Rows of these engagements; with a month, only of that month.
    std::vector<std::pair<events::Id, std::optional<events::Date>>> engagements;
};

/// The least recently used half is forgotten when there are too many.
/// Bounds:   about `people_max` people.
/// Threads:  one thread owns it.
/// Lifetime: a pointer is valid until the next `make_room`.
class PeopleAtHand {
public:
    explicit PeopleAtHand(std::size_t people_max) : half_(people_max / 2) {}

    PersonAtHand* find(const events::Id& talent) {
        if (const auto found = young_.find(talent); found != young_.end()) {
            return found->second.get();
        }
        const auto found = old_.find(talent);
        if (found == old_.end()) return nullptr;
        auto node = old_.extract(found);
        return young_.insert(std::move(node)).position->second.get();
    }
    PersonAtHand* add(const events::Id& talent) {
        auto& entry = young_[talent];
        entry = std::make_unique<PersonAtHand>();
        entry->person.id = talent;
        return entry.get();
    }
    void make_room() {
        if (young_.size() < half_) return;
        old_ = std::move(young_);
        young_.clear();
    }
    void clear() {
        young_.clear();
        old_.clear();
    }

private:
    using Map = std::unordered_map<events::Id, std::unique_ptr<PersonAtHand>, events::IdHash>;

    std::size_t half_;
    Map young_;
    Map old_;
};

}  // namespace projections
