// Standing breaches of people's records, with what brought each of them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/ids.h"
#include "projections/rows.h"

namespace projections {

/// The rows of table `breaches` that hold now, but for late handovers, which follow from a person
/// alone. Kept as one note per person (`Q` ‖ talent → rows), since who or what brought a breach
/// cannot be told from the standing.
///
/// Bounds:   one entry per person whose record breaks a rule.
/// Threads:  one thread owns it.
class BreachBook {
public:
    /// Null if the person's record breaks nothing.
    const std::vector<Row>* find(const events::Id& talent) const;
    /// In place of what was known of the person. REQUIRES: sorted.
    void set(const events::Id& talent, std::vector<Row> rows);
    void clear();

    /// What has changed since the last call, as notes to keep and keys to drop.
    void take_changes(std::vector<std::pair<std::string, std::string>>& notes,
                      std::vector<std::string>& dropped);
    /// A note read again at start; false if it is none.
    bool restore(std::string_view key, std::string_view value);

private:
    std::map<events::Id, std::vector<Row>> rows_;
    std::set<events::Id> changed_;
};

}  // namespace projections
