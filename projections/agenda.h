// Of whom the clock will ask something, and when: the earliest due day of each person.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/dates.h"
#include "events/ids.h"

namespace projections {

/// Current only: it says what the newest standings bring, not what earlier ones would have.
/// Stored as one note per person (`A` ‖ talent → day); the order by day lives in memory.
///
/// Bounds:   one entry per person with an open transfer or engagement.
/// Threads:  one thread sets; any thread asks.
class Agenda {
public:
    struct Entry {
        events::Date due;
        events::Id talent;
        auto operator<=>(const Entry&) const = default;
    };

    /// In place of what was known of the person; nothing takes the person off.
    void set(const events::Id& talent, std::optional<events::Date> due);
    /// Those due on `upto` or before, by day and then by talent.
    std::vector<Entry> due(events::Date upto) const;
    std::vector<events::Id> people() const;
    void clear();

    /// What has changed since the last call, as notes to keep and keys to drop.
    void take_changes(std::vector<std::pair<std::string, std::string>>& notes,
                      std::vector<std::string>& dropped);
    /// A note read again at start; false if it is none.
    bool restore(std::string_view key, std::string_view value);

private:
    void put(const events::Id& talent, std::optional<events::Date> due);

    mutable std::mutex mutex_;
    std::unordered_map<events::Id, events::Date, events::IdHash> by_talent_;
    std::set<Entry> by_day_;
    std::set<events::Id> changed_;
};

}  // namespace projections
