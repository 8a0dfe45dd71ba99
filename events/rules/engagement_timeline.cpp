// What must hold of all engagements of a person on the whole effective timeline, whatever the
// order in which it was recorded (settled.md 2.3, 2.4).
#include <algorithm>

#include "events/rules/engagement_rules.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

/// INV-F8 has converted it by that day, or is about to.
bool is_converted_by(const Person& person, const EngagementCase& engagement, Date day) {
    const auto* transfer = converting_transfer(person, engagement);
    return transfer && *transfer->effected_on <= day;
}

std::string region_of(const Surroundings& around, const Id& employer, const Id& site) {
    const auto* found = around.employer(employer);
    const auto* place = found ? found->site(site) : nullptr;
    return place ? place->region : std::string{};
}

/// INV-F1 while the person has a home at the host itself.
void find_same_site(const Person& person, const EngagementCase& engagement,
                    const Affiliation& home, const Surroundings& around, Breaches& found) {
    const auto host_region = region_of(around, engagement.host_employer, engagement.host_site);
    Breach breach{"E_SAME_SITE", forever, 0, {}, engagement.opened, home.opened};
    for (std::size_t i = 0; i < home.sites.size(); ++i) {
        const Period at_site{i == 0 ? home.period.from : home.sites[i].from,
                             i + 1 < home.sites.size() ? home.sites[i + 1].from : home.period.to};
        const bool same = home.sites[i].site == engagement.host_site ||
                          region_of(around, home.employer, home.sites[i].site) == host_region;
        if (!same) continue;
        for (const auto& active : engagement.active_time()) {
            const auto part = active.intersect(at_site);
            if (part.empty() || is_converted_by(person, engagement, part.from)) continue;
            breach.day = std::min(breach.day, part.from);
            breach.amount += part.to - part.from;
        }
    }
    if (breach.amount == 0) return;
    breach.what = "The person would help at the own site on " + breach.day.text() + ".";
    found.push_back(std::move(breach));
}

void find_same_sites(const Person& person, const Surroundings& around, Breaches& found) {
    for (const auto& engagement : person.engagements)
        for (const auto& home : person.affiliations)
            if (!engagement.spans.empty() && home.is_home() &&
                home.employer == engagement.host_employer)
                find_same_site(person, engagement, home, around, found);
}

}  // namespace

void find_second_posts(const Person& person, const ReferenceBook& reference, Breaches& found) {
    struct Stay { const EngagementCase* engagement; Period active; };
    std::vector<Stay> exclusive;
    std::vector<Stay> stations;
    for (const auto& engagement : person.engagements) {
        const auto* kind = engagement_kind(engagement.kind);
        if (!kind) continue;
        for (const auto& active : engagement.active_time()) {
            if (kind->exclusive()) exclusive.push_back({&engagement, active});
            if (kind->code == "STN") stations.push_back({&engagement, active});
        }
    }
    for (auto a = exclusive.begin(); a != exclusive.end(); ++a)
        for (auto b = a + 1; b != exclusive.end(); ++b)
            if (const auto both = a->active.intersect(b->active); !both.empty())
                found.push_back({"E_SECOND_SECONDMENT", both.from, both.to - both.from,
                                 "Secondment, leave and training exclude each other.",
                                 b->engagement->opened, a->engagement->opened});
    for (const auto& entered : stations) {
        const auto day = entered.active.from;
        const bool academician =
            std::any_of(person.honours.begin(), person.honours.end(), [&](const HonourHeld& held) {
                return (held.code == "CAS" || held.code == "CAE") && held.since <= day;
            });
        if (!academician) continue;
        const bool retired = person.status_on(day) == schema::TalentStatus::RETIRED;
        const auto cap =
            reference.parameter(retired ? "stations_retired_max" : "stations_active_max", day);
        const auto count = std::count_if(stations.begin(), stations.end(), [&](const Stay& stay) {
            return stay.active.contains(day);
        });
        if (count > cap)
            found.push_back({"E_STATION_CAP", day, count - cap,
                             "An academician may be at " + std::to_string(cap) +
                                 " station(s) at a time.",
                             entered.engagement->opened});
    }
}

void find_case_breaches(const Person& person, Breaches& found) {
    for (const auto& engagement : person.engagements) {
        const auto* kind = engagement_kind(engagement.kind);
        if (!kind || engagement.spans.empty()) continue;
        const auto& period = engagement.period;
        if (period.to > kind->latest_end(period.from, engagement.extensions))
            found.push_back({"E_TERM", period.from, period.to - period.from,
                             "The engagement is longer than its kind allows.", engagement.opened});
        for (const auto& span : engagement.schedules)
            if (span.schedule.load > kind->max_load)
                found.push_back({"E_LOAD", span.from, span.schedule.load,
                                 "The load is higher than the kind allows.", engagement.opened});
        for (auto record = engagement.services.begin(); record != engagement.services.end();
             ++record) {
            const Period month{record->month, record->month.first_of_next_month()};
            std::int64_t days = 0;
            for (const auto& active : engagement.active_time())
                if (const auto part = active.intersect(month); !part.empty())
                    days += part.to - part.from;
            if (days == 0 || record->worked.total() > 1000 * days)
                found.push_back({"E_SERVICE_RANGE", record->month, record->worked.total(),
                                 "Service recorded for " + record->month.text().substr(0, 7) +
                                     " would lie outside active time.",
                                 record->recorded});
            const bool twice = std::any_of(
                engagement.services.begin(), record,
                [&](const ServiceRecord& other) { return other.month == record->month; });
            if (twice)
                found.push_back({"E_SERVICE_TWICE", record->month, 0,
                                 "The month would be recorded twice.", record->recorded});
        }
    }
}

void find_engagement_breaches(const Person& person, const Surroundings& around,
                              Breaches& found) {
    const bool any = std::any_of(person.engagements.begin(), person.engagements.end(),
                                 [](const EngagementCase& one) { return !one.spans.empty(); });
    if (!any) return;
    find_case_breaches(person, found);
    find_second_posts(person, around.reference, found);
    find_slot_clashes(person, around.reference, found);
    find_overloads(person, around.reference, found);
    find_same_sites(person, around, found);
}

}  // namespace events
