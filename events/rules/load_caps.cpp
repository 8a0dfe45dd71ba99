// INV-F5: how much flexible work a week and a year may hold. Only weeks in which somebody works
// are looked at, and none where not even the fullest week could break a cap.
#include <algorithm>
#include <bit>

#include "events/rules/engagement_rules.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

struct Worker {
    const EngagementCase* engagement;
    std::vector<Period> active;
};

struct Load {
    std::vector<Worker> workers;   ///< flexible engagements inside the caps
    std::vector<Period> homes;     ///< with a full-time home
    std::vector<Period> away;      ///< on secondment, leave or in training
};

bool any_overlaps(const std::vector<Period>& periods, const Period& range) {
    return std::any_of(periods.begin(), periods.end(),
                       [&](const Period& period) { return period.overlaps(range); });
}

Load load_of(const Person& person) {
    Load load;
    for (const auto& engagement : person.engagements) {
        const auto* kind = engagement_kind(engagement.kind);
        if (!kind || engagement.spans.empty()) continue;
        const auto active = engagement.active_time();
        if (kind->exclusive()) load.away.insert(load.away.end(), active.begin(), active.end());
        const bool counts =
            kind->group == EngagementKind::Group::flexible && !on_home_leave(engagement);
        if (counts && !active.empty()) load.workers.push_back({&engagement, active});
    }
    for (const auto& affiliation : person.affiliations)
        if (affiliation.is_home()) load.homes.push_back(affiliation.period);
    return load;
}

/// The most that any week of the schedule can hold, whatever the calendar makes of its days.
Mdays fullest_week(const Schedule& schedule, const Period& engaged) {
    switch (schedule.kind) {
        case schema::ScheduleKind::WEEKLY: {
            const std::int64_t all = 500 * std::popcount(schedule.mask14);
            return {all, all};
        }
        case schema::ScheduleKind::DATES: return {7000, 7000};
        case schema::ScheduleKind::SEASONAL:
        case schema::ScheduleKind::CONTINUOUS: return {std::int64_t{7} * schedule.load, 0};
        case schema::ScheduleKind::DAYS: {
            std::int64_t most = 0;
            for (int year = engaged.from.year(); year <= (engaged.to - 1).year(); ++year) {
                const Period whole{Date::of(year, 1, 1), Date::of(year + 1, 1, 1)};
                const auto part = engaged.intersect(whole);
                if (part.empty()) continue;
                // A week may lie in two years, each part rounded up.
                most = std::max(most, schedule.budget_mday * 7 / (part.to - part.from) + 2);
            }
            return {most, 0};
        }
    }
    return {};
}

Mdays fullest_week(const Load& load) {
    Mdays sum;
    for (const auto& worker : load.workers) {
        Mdays most;
        for (const auto& span : worker.engagement->schedules) {
            const auto one = fullest_week(span.schedule, worker.engagement->period);
            most.workday = std::max(most.workday, one.workday);
            most.restday = std::max(most.restday, one.restday);
        }
        sum.workday += most.workday;
        sum.restday += most.restday;
    }
    return sum;
}

Period reach_of(const Load& load) {
    Period reach{forever, load.workers.front().active.front().from};
    for (const auto& worker : load.workers) {
        reach.from = std::min(reach.from, worker.active.front().from);
        reach.to = std::max(reach.to, worker.active.back().to);
    }
    return reach;
}

/// What applies to a week: the strictest of the days on which flexible work is active.
Mdays caps_of(const Load& load, const Period& week, const ReferenceBook& reference) {
    bool home = false;
    bool away = false;
    for (const auto& worker : load.workers)
        for (const auto& piece : worker.active) {
            const auto part = piece.intersect(week);
            if (part.empty()) continue;
            home |= any_overlaps(load.homes, part);
            away |= any_overlaps(load.away, part);
        }
    const auto* name = away ? "load_week_away_mday" : home ? "load_week_home_mday"
                                                           : "load_week_free_mday";
    return {reference.parameter(name, week.from),
            reference.parameter("load_week_rest_mday", week.from)};
}

bool fits(const Mdays& work, const Mdays& caps) {
    return work.workday <= caps.workday && work.restday <= caps.restday;
}

Mdays work_in(const Load& load, const Period& range, const ReferenceBook& reference) {
    Mdays sum;
    for (const auto& worker : load.workers) {
        const auto work = planned(*worker.engagement, worker.active, range, reference);
        sum.workday += work.workday;
        sum.restday += work.restday;
    }
    return sum;
}

void check_weeks(const Load& load, const Period& reach, const Mdays& fullest,
                 const ReferenceBook& reference, Breaches& found) {
    for (Date monday = reach.from - reach.from.weekday(); monday < reach.to;
         monday = monday + 7) {
        const Period week{monday, monday + 7};
        const auto caps = caps_of(load, week, reference);
        if (fits(fullest, caps)) continue;
        const auto work = work_in(load, week, reference);
        if (fits(work, caps)) continue;
        const auto over = std::max(work.workday - caps.workday, work.restday - caps.restday);
        found.push_back({"E_OVERLOAD", monday, over,
                         "The week of " + monday.text() + " would hold " +
                             std::to_string(work.workday) + " mday on working days and " +
                             std::to_string(work.restday) + " on rest days; at most " +
                             std::to_string(caps.workday) + " and " +
                             std::to_string(caps.restday) + " are allowed."});
    }
}

void check_years(const Load& load, const Period& reach, const Mdays& fullest,
                 const ReferenceBook& reference, Breaches& found) {
    for (int year = reach.from.year(); year <= (reach.to - 1).year(); ++year) {
        const Period whole{Date::of(year, 1, 1), Date::of(year + 1, 1, 1)};
        const auto cap = reference.parameter("load_year_home_mday", whole.from);
        if (54 * std::max(fullest.workday, fullest.restday) <= cap) continue;
        std::int64_t total = 0;
        for (const auto& home : load.homes)
            if (const auto part = home.intersect(whole); !part.empty())
                total += work_in(load, part, reference).total();
        if (total <= cap) continue;
        found.push_back({"E_OVERLOAD", whole.from, total - cap,
                         "The year " + std::to_string(year) + " would hold " +
                             std::to_string(total) + " mday of flexible work beside a home; "
                             "at most " + std::to_string(cap) + " are allowed."});
    }
}

}  // namespace

void find_overloads(const Person& person, const ReferenceBook& reference, Breaches& found) {
    const auto load = load_of(person);
    if (load.workers.empty()) return;
    const auto fullest = fullest_week(load);
    const auto reach = reach_of(load);
    check_weeks(load, reach, fullest, reference, found);
    check_years(load, reach, fullest, reference, found);
}

}  // namespace events
