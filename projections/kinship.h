// Which records were ever merged or split together: what is recorded of one may change the other.
#pragma once

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "events/ids.h"

namespace projections {

/// Threads: one thread owns it.
class Kinship {
public:
    /// All records of the group, the one asked for included, sorted; empty if it has no kin.
    const std::vector<events::Id>* of(const events::Id& talent) const {
        const auto found = group_of_.find(talent);
        return found == group_of_.end() ? nullptr : &found->second;
    }
    /// Makes the records kin, and the kin of each with them. Returns the group.
    std::vector<events::Id> unite(std::vector<events::Id> talents) {
        for (std::size_t i = 0, given = talents.size(); i < given; ++i) {
            if (const auto* group = of(talents[i])) {
                talents.insert(talents.end(), group->begin(), group->end());
            }
        }
        std::sort(talents.begin(), talents.end());
        talents.erase(std::unique(talents.begin(), talents.end()), talents.end());
        for (const auto& talent : talents) group_of_[talent] = talents;
        return talents;
    }
    void clear() { group_of_.clear(); }

private:
    std::unordered_map<events::Id, std::vector<events::Id>, events::IdHash> group_of_;
};

}  // namespace projections
