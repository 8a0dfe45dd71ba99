// The counted views by hand: person by person, day by day.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>
#include <vector>

#include "tests/acceptance/naive.h"

namespace naive {

/// A question to a counted view.
struct Asked {
    std::string by = "zone";  ///< region, prefecture, zone
    bool recast = false;      ///< as divided on `at`, not on the counted day
    std::string scheme = {};  ///< by name; empty: the one in force
    Date at;                  ///< E
    Date from, to;
    std::vector<std::string> slices = {};
    std::map<std::string, std::string> filters = {};
    bool planned = false;
};

/// Work on one day by the schedule, or on a month.
struct Work {
    std::int64_t workday = 0, restday = 0;
    int halves = 0;  ///< bit 0 morning, bit 1 afternoon
};
/// What the schedule in force puts on that day; DAYS are the day's share of the year's budget.
/// The engagement need not be active.
Work work_on(const Model& model, const Engagement& engagement, Date day);
/// Whether the kind works on rest days only.
bool rests_only(const Engagement& engagement);
/// The plan for the ACTIVE time of one month.
Work plan_of(const Model& model, const Engagement& engagement, Date month);
Date next_month(Date first);

struct Answer {
    std::vector<boost::json::object> rows;
    std::int64_t all = 0, used = 0;  ///< coverage is used / all
    std::string scheme;              ///< empty for none
};
Answer stock(const Model& model, const Asked& asked);
Answer flow_matrix(const Model& model, const Asked& asked);
Answer use_matrix(const Model& model, const Asked& asked);
Answer net_inflow(const Model& model, const Asked& asked);

}  // namespace naive
