#include <algorithm>

#include "events/rules/engagement_rules.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

struct Holder {
    const EngagementCase* engagement;
    std::vector<Period> active;
    bool rest_days_only;
    bool home_leave;
};

bool may_hold(const Schedule& schedule, bool home_leave) {
    switch (schedule.kind) {
        case schema::ScheduleKind::WEEKLY:
        case schema::ScheduleKind::DATES: return true;
        case schema::ScheduleKind::DAYS: return false;
        default: return home_leave || schedule.load >= 1000;
    }
}

/// Half-days that the engagement takes on a day: its slots, and on home leave the whole of each
/// working day it touches. A slot that the calendar turned into a working day is skipped.
int halves_held(const Holder& holder, Date day, const ReferenceBook& reference) {
    const auto& schedule = holder.engagement->schedule_on(day);
    const int halves = schedule.slots_on(day, reference);
    if (holder.rest_days_only) return halves && reference.is_workday(day) ? 0 : halves;
    if (!holder.home_leave || schedule.kind == schema::ScheduleKind::DAYS) return halves;
    return schedule.touches(day, reference) && reference.is_workday(day) ? 3 : halves;
}

std::vector<Holder> holders_of(const Person& person) {
    std::vector<Holder> holders;
    for (const auto& engagement : person.engagements) {
        if (engagement.spans.empty()) continue;
        const bool leave = on_home_leave(engagement);
        const bool holds = std::any_of(
            engagement.schedules.begin(), engagement.schedules.end(),
            [&](const ScheduleSpan& span) { return may_hold(span.schedule, leave); });
        auto active = engagement.active_time();
        const auto* kind = engagement_kind(engagement.kind);
        if (holds && !active.empty())
            holders.push_back(
                {&engagement, std::move(active), kind && kind->rest_days_only, leave});
    }
    return holders;
}

/// Two weekly patterns without a common half-day never meet: the usual case, seen at once.
bool patterns_apart(const Holder& a, const Holder& b) {
    const auto simple = [](const Holder& holder) {
        return !holder.home_leave && holder.engagement->schedules.size() == 1 &&
               holder.engagement->schedules.front().schedule.kind == schema::ScheduleKind::WEEKLY;
    };
    return simple(a) && simple(b) &&
           (a.engagement->schedules.front().schedule.mask14 &
            b.engagement->schedules.front().schedule.mask14) == 0;
}

/// Adds the days in `range` on which both want the same half-day.
void count_clashes(const Holder& a, const Holder& b, const Period& range,
                   const ReferenceBook& reference, Breach& clash) {
    for (Date day = range.from; day < range.to; day = day + 1) {
        const int halves = halves_held(a, day, reference);
        if (halves == 0 || (halves & halves_held(b, day, reference)) == 0) continue;
        if (clash.amount++ == 0) clash.day = day;
    }
}

}  // namespace

void find_slot_clashes(const Person& person, const ReferenceBook& reference, Breaches& found) {
    const auto holders = holders_of(person);
    for (auto a = holders.begin(); a != holders.end(); ++a)
        for (auto b = a + 1; b != holders.end(); ++b) {
            if (patterns_apart(*a, *b)) continue;
            Breach clash{"E_SLOT_CLASH", {}, 0, {}, b->engagement->opened, a->engagement->opened};
            for (const auto& one : a->active)
                for (const auto& other : b->active)
                    count_clashes(*a, *b, one.intersect(other), reference, clash);
            if (clash.amount == 0) continue;
            clash.what = "Two engagements want the same half-day on " + clash.day.text() + ".";
            found.push_back(std::move(clash));
        }
}

}  // namespace events
