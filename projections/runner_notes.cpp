// The part of the Runner that notes whom to look at again: people whose plans rest on a calendar,
// and people who were ever at an employer.
#include <algorithm>

#include "events/rules/reference_book.h"
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
                batch_.notes.emplace_back(std::move(key), "");
            }
        }
    }
}

// A pair once noted stays: a roster as of an earlier K asks for it, and folding tells who is there.
void Runner::note_staff(PersonAtHand& at_hand) {
    const events::Person& person = at_hand.person;
    if (person.absorbed_into) return;
    const auto note = [&](const Id& employer) {
        auto& known = at_hand.noted_at;
        if (std::find(known.begin(), known.end(), employer) != known.end()) return;
        known.push_back(employer);
        batch_.notes.emplace_back(staff_key(employer, &person.id), "");
    };
    for (const auto& affiliation : person.affiliations) note(affiliation.employer);
    for (const auto& engagement : person.engagements) {
        if (!engagement.spans.empty()) note(engagement.host_employer);
    }
}

}  // namespace projections
