// The part of the Runner that notes whom to look at again: people whose plans rest on a calendar,
// and people who were ever at an employer.
#include <algorithm>

#include "events/rules/reference_book.h"
#include "ledger/unreadable.h"
#include "projections/runner.h"
#include "projections/staff.h"

namespace projections {

using events::Date;
using events::Id;

namespace {

/// Whether a plan of the engagement looks at working days; a yearly budget does not.
bool rests_on_calendar(const events::EngagementCase& engagement) {
    return !engagement.spans.empty() &&
           std::any_of(engagement.schedules.begin(), engagement.schedules.end(),
                       [](const events::ScheduleSpan& span) {
                           return span.schedule.kind != events::schema::ScheduleKind::DAYS;
                       });
}

/// Employers whose rosters show the person at some time.
template <class Visit>
void each_employer(const events::Person& person, Visit visit) {
    if (person.absorbed_into) return;
    for (const auto& affiliation : person.affiliations) visit(affiliation.employer);
    for (const auto& engagement : person.engagements) {
        if (!engagement.spans.empty()) visit(engagement.host_employer);
    }
}

bool holds(const std::vector<Id>& ids, const Id& wanted) {
    return std::find(ids.begin(), ids.end(), wanted) != ids.end();
}

/// First days of the months of that year in which some day is work in one book and rest in the
/// other.
std::vector<Date> changed_months(int year, const events::ReferenceBook& before,
                                 const events::ReferenceBook& after) {
    std::vector<Date> months;
    const Date end = Date::of(year + 1, 1, 1);
    for (Date day = Date::of(year, 1, 1); day < end; day = day + 1) {
        if (before.is_workday(day) == after.is_workday(day)) continue;
        const Date month = day.first_of_month();
        if (months.empty() || months.back() != month) months.push_back(month);
    }
    return months;
}

}  // namespace

/// A calendar changes the plans of the months in which it differs from the one before, and of no
/// other month.
void Runner::touch_calendar() {
    for (const auto& [year, people] : planned_) {
        const auto months = changed_months(year, *reference_, *touched_.reference);
        if (months.empty()) continue;
        for (const Id& talent : people) {
            PersonAtHand& person = at_hand(talent, false);
            for (const auto& engagement : person.person.engagements) {
                if (!rests_on_calendar(engagement)) continue;
                const auto active = engagement.active_time();
                for (const Date month : months) {
                    if (days_of_month(active, month) == 0) continue;
                    touch(person);
                    person.breaches = true;
                    person.engagements.emplace_back(engagement.id, month);
                }
            }
        }
    }
}

void Runner::note_planned(const PersonAtHand& at_hand) {
    if (at_hand.person.absorbed_into) return;
    for (const auto& engagement : at_hand.person.engagements) {
        if (!rests_on_calendar(engagement)) continue;
        for (const auto& period : engagement.active_time()) {
            for (int year = period.from.year(); year <= (period.to - 1).year(); ++year) {
                if (!planned_[year].insert(at_hand.person.id).second) continue;
                std::string key = "P";
                put_u32(key, static_cast<std::uint32_t>(year));
                key.append(reinterpret_cast<const char*>(at_hand.person.id.bytes.data()), 16);
                std::string since;
                put_u64(since, row_position_);
                batch_.notes.emplace_back(std::move(key), std::move(since));
            }
        }
    }
}

/// Of people who were folded again from the log nobody remembers what was noted.
void Runner::recall_staff(PersonAtHand& at_hand) const {
    if (at_hand.all_noted) return;
    each_employer(at_hand.person, [&](const Id& employer) {
        if (holds(at_hand.noted_at, employer)) return;
        const std::string key = staff_key(employer, &at_hand.person.id);
        if (!staff_noted_.contains(key)) {
            const auto kept = store_.note(key);
            if (!kept) throw ledger::Unreadable(kept.error());
            if (!*kept) return;
        }
        at_hand.noted_at.push_back(employer);
    });
}

// A pair once noted stays: a roster as of an earlier K asks for it, and folding tells who is there.
void Runner::note_staff(PersonAtHand& at_hand) {
    each_employer(at_hand.person, [&](const Id& employer) {
        if (holds(at_hand.noted_at, employer)) return;
        at_hand.noted_at.push_back(employer);
        std::string key = staff_key(employer, &at_hand.person.id);
        std::string since;
        put_u64(since, row_position_);
        staff_noted_.insert(key);
        batch_.notes.emplace_back(std::move(key), std::move(since));
    });
}

}  // namespace projections
