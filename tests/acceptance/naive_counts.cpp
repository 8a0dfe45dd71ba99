// Stock, flow and use by hand.
#include <algorithm>
#include <tuple>

#include "events/codes/code_lists.h"
#include "tests/acceptance/naive_sheet.h"

namespace naive {

namespace json = boost::json;

// -- stock ----------------------------------------------------------------------------------------

Answer stock(const Model& model, const Asked& asked) {
    Sheet sheet(model, asked);
    Answer out;
    out.scheme = sheet.scheme_name(asked.at);
    std::map<std::pair<std::string, Texts>, std::int64_t> cells;
    for (const auto& [talent, person] : model.people()) {
        const Stay* stay = person.stay_on(asked.at);
        if (stay == nullptr) continue;
        const std::string& column = sheet.column(model.region_of(stay->site), asked.at);
        const auto slices = sheet.slices(facts_at(person, *stay, asked.at));
        for (const auto& slice : slices) ++cells[{column, slice}];
        if (slices.empty()) continue;
        ++out.all;
        if (sheet.inside(column)) ++out.used;
    }
    std::map<std::string, std::int64_t> residents;
    for (const auto& row : events::CodeLists::built_in().list("prefecture_stats")->rows()) {
        residents[sheet.column(row.find("prefecture_code")->second, asked.at)] +=
            std::stoll(row.find("population_2020")->second);
    }
    for (const auto& [cell, persons] : cells) {
        json::object row;
        row["region"] = cell.first;
        sheet.describe(cell.second, row);
        row["persons"] = persons;
        const auto known = residents.find(cell.first);
        const bool counted = asked.by != "region" && known != residents.end();
        row["population"] = counted ? json::value(known->second) : json::value(nullptr);
        row["population_year"] = counted ? json::value(2020) : json::value(nullptr);
        row["per_10000_residents"] =
            counted ? ratio(10'000.0 * static_cast<double>(persons),
                            static_cast<double>(known->second))
                    : json::value(nullptr);
        out.rows.push_back(std::move(row));
    }
    return out;
}

namespace {

std::string team_at(const Affiliation& home, Date day) {
    return field_on(home.posts, &PostSays::team, day);
}

}  // namespace

// -- flow -----------------------------------------------------------------------------------------

Answer flow_matrix(const Model& model, const Asked& asked) {
    Sheet sheet(model, asked);
    Answer out;
    out.scheme = sheet.scheme_name(asked.to - 1);
    std::map<std::tuple<std::string, std::string, Texts>, std::int64_t> cells;
    const auto add = [&](const std::string& from, const std::string& to, const Facts& facts) {
        const auto slices = sheet.slices(facts);
        for (const auto& slice : slices) ++cells[{from, to, slice}];
        if (slices.empty()) return;
        ++out.all;
        if (sheet.inside(from) && sheet.inside(to)) ++out.used;
    };
    const auto in_range = [&](Date day) { return asked.from <= day && day < asked.to; };
    for (const auto& [talent, person] : model.people()) {
        for (std::size_t i = 1; i < person.stays.size(); ++i) {
            const Stay& before = person.stays[i - 1];
            const Stay& after = person.stays[i];
            if (!in_range(after.from)) continue;
            const Move move = move_between(model, person, before, after);
            if (move.type.empty()) continue;
            Facts facts = facts_at(person, after, after.from);
            facts.type = move.type;
            facts.mode = move.mode;
            facts.team_from = team_at(person.affiliations[before.affiliation], before.to - 1);
            add(sheet.column(model.region_of(before.site), after.from),
                sheet.column(model.region_of(after.site), after.from), facts);
        }
        for (const Crossing& crossing : person.crossings) {
            if (!in_range(crossing.on)) continue;
            const Stay* stay = person.stay_on(crossing.arrival ? crossing.on : crossing.on - 1);
            Facts facts{.person = &person, .day = crossing.on, .home_day = crossing.on};
            if (stay != nullptr) facts = facts_at(person, *stay, crossing.on);
            facts.type = crossing.arrival ? "ARRIVAL" : "DEPARTURE";
            const std::string beyond = sheet.column(crossing.region, crossing.on);
            const std::string here =
                sheet.column(stay == nullptr ? "UNK" : model.region_of(stay->site), crossing.on);
            crossing.arrival ? add(beyond, here, facts) : add(here, beyond, facts);
        }
    }
    for (const auto& [cell, persons] : cells) {
        json::object row;
        row["from"] = std::get<0>(cell);
        row["to"] = std::get<1>(cell);
        sheet.describe(std::get<2>(cell), row);
        row["persons"] = persons;
        out.rows.push_back(std::move(row));
    }
    return out;
}

// -- use ------------------------------------------------------------------------------------------

namespace {

/// A month's service as recorded or planned.
struct Month {
    Date first;
    std::int64_t workday = 0, restday = 0;
    std::string region;
    bool planned = false;
};

std::vector<Month> months_of(const Model& model, const Engagement& engagement, bool planned) {
    std::vector<Month> out;
    if (engagement.switches.empty()) return out;
    std::set<Date> recorded;
    for (const Service& service : engagement.services) {
        recorded.insert(service.month);
        out.push_back({service.month, service.workday, service.restday, service.region, false});
    }
    if (!planned) return out;
    for (Date first = engagement.from - static_cast<int>(engagement.from.day() - 1);
         first < engagement.to; first = next_month(first)) {
        if (recorded.contains(first)) continue;
        const Work work = plan_of(model, engagement, first);
        out.push_back({first, work.workday, work.restday, engagement.region_served, true});
    }
    return out;
}

struct Amount {
    std::int64_t workday = 0, restday = 0, planned = 0;
};

}  // namespace

Answer use_matrix(const Model& model, const Asked& asked) {
    Sheet sheet(model, asked);
    Answer out;
    out.scheme = sheet.scheme_name(asked.to - 1);
    std::map<std::tuple<std::string, std::string, Texts>, Amount> cells;
    for (const auto& [talent, person] : model.people()) {
        for (const Engagement& engagement : person.engagements) {
            for (const Month& month : months_of(model, engagement, asked.planned)) {
                const Date end = next_month(month.first);
                if (end <= asked.from || asked.to <= month.first) continue;
                std::vector<Date> days;
                for (Date day = month.first; day < end; day = day + 1) {
                    if (engagement.active(day)) days.push_back(day);
                }
                if (days.empty()) {
                    for (Date day = month.first; day < end; day = day + 1) days.push_back(day);
                }
                const auto many = static_cast<std::int64_t>(days.size());
                for (std::int64_t number = 0; number < many; ++number) {
                    // Evenly in whole units; what is left over goes to the first days.
                    const Date day = days[static_cast<std::size_t>(number)];
                    const std::int64_t work =
                        month.workday / many + (number < month.workday % many ? 1 : 0);
                    const std::int64_t rest =
                        month.restday / many + (number < month.restday % many ? 1 : 0);
                    if (day < asked.from || day >= asked.to || work + rest == 0) continue;
                    const Stay* stay = person.stay_on(day);
                    Facts facts{.person = &person, .day = day, .home_day = day};
                    if (stay != nullptr) facts = facts_at(person, *stay, day);
                    facts.employer = engagement.host_employer;
                    facts.kind = engagement.kind;
                    facts.same_employer =
                        facts.home != nullptr && facts.home->employer == engagement.host_employer;
                    const std::string from = sheet.column(
                        stay != nullptr ? model.region_of(stay->site)
                                        : field_on(person.says, &Says::residence, day),
                        day);
                    const std::string to = sheet.column(month.region, day);
                    const auto slices = sheet.slices(facts);
                    for (const auto& slice : slices) {
                        Amount& cell = cells[{from, to, slice}];
                        cell.workday += work;
                        cell.restday += rest;
                        if (month.planned) cell.planned += work + rest;
                    }
                    if (slices.empty()) continue;
                    out.all += work + rest;
                    if (sheet.inside(from) && sheet.inside(to)) out.used += work + rest;
                }
            }
        }
    }
    for (const auto& [cell, amount] : cells) {
        json::object row;
        row["from"] = std::get<0>(cell);
        row["to"] = std::get<1>(cell);
        sheet.describe(std::get<2>(cell), row);
        row["fte_days"] = static_cast<double>(amount.workday + amount.restday) / 1000.0;
        row["workday_mday"] = amount.workday;
        row["restday_mday"] = amount.restday;
        if (asked.planned) row["planned_mday"] = amount.planned;
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace naive
