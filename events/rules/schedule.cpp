#include "events/rules/schedule.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "events/base/ensure.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

constexpr std::int64_t half_day_mday = 500;

Date monday_of(Date day) { return day - day.weekday(); }

int number_at(std::string_view text, std::size_t offset) {
    int value = 0;
    std::from_chars(text.data() + offset, text.data() + offset + 2, value);
    return value;
}

Schedule::Window window_of(const schema::SeasonWindow& stored) {
    const auto from = stored.from()->string_view();
    const auto to = stored.to()->string_view();
    return {number_at(from, 0), number_at(from, 3), number_at(to, 0), number_at(to, 3)};
}

/// The month and day in that year; 29 February falls back to 28 February.
Date day_in(int year, int month, int day) {
    const auto first = Date::of(year, static_cast<unsigned>(month), 1);
    const auto last = first.first_of_next_month() - 1;
    return std::min(first + (day - 1), last);
}

/// The window as it opens in that year.
Period opened_in(const Schedule::Window& window, int year) {
    const auto from = day_in(year, window.from_month, window.from_day);
    const bool wraps = std::pair(window.to_month, window.to_day) <
                       std::pair(window.from_month, window.from_day);
    return {from, day_in(wraps ? year + 1 : year, window.to_month, window.to_day) + 1};
}

bool in_season(const std::vector<Schedule::Window>& windows, Date day) {
    return std::any_of(windows.begin(), windows.end(), [&](const Schedule::Window& window) {
        return opened_in(window, day.year()).contains(day) ||
               opened_in(window, day.year() - 1).contains(day);
    });
}

/// What of `range` lies in a window, ordered, each day once.
std::vector<Period> season_in(const std::vector<Schedule::Window>& windows, const Period& range) {
    std::vector<Period> found;
    for (int year = range.from.year() - 1; year <= range.to.year(); ++year)
        for (const auto& window : windows)
            if (const auto part = opened_in(window, year).intersect(range); !part.empty())
                found.push_back(part);
    std::sort(found.begin(), found.end(),
              [](const Period& a, const Period& b) { return a.from < b.from; });
    Date counted = range.from;
    for (auto& part : found) {
        part.from = std::max(part.from, counted);
        counted = std::max(counted, part.to);
    }
    std::erase_if(found, [](const Period& part) { return part.empty(); });
    return found;
}

/// Whether the week of that Monday is one of every `every_n_weeks`, counted from the anchor's.
bool week_counts(const Schedule& schedule, Date monday) {
    const int weeks = (monday - monday_of(schedule.anchor)) / 7;
    return weeks % schedule.every_n_weeks == 0;
}

int halves_on(std::uint16_t mask14, int weekday) { return mask14 >> (2 * weekday) & 3; }

void add_halves(Mdays& sum, Date day, int halves, const ReferenceBook& reference,
                bool skip_workdays) {
    const auto mday = half_day_mday * ((halves & 1) + (halves >> 1 & 1));
    if (mday == 0) return;
    if (!reference.is_workday(day))
        sum.restday += mday;
    else if (!skip_workdays)
        sum.workday += mday;
}

Mdays planned_weekly(const Schedule& schedule, const Period& range, const ReferenceBook& reference,
                     bool skip_workdays) {
    Mdays sum;
    for (Date monday = monday_of(range.from); monday < range.to; monday = monday + 7) {
        if (!week_counts(schedule, monday)) continue;
        for (int weekday = 0; weekday < 7; ++weekday) {
            const int halves = halves_on(schedule.mask14, weekday);
            if (halves != 0 && range.contains(monday + weekday))
                add_halves(sum, monday + weekday, halves, reference, skip_workdays);
        }
    }
    return sum;
}

Mdays planned_dates(const Schedule& schedule, const Period& range, const ReferenceBook& reference,
                    bool skip_workdays) {
    Mdays sum;
    auto slot = std::lower_bound(schedule.dates.begin(), schedule.dates.end(), Slot{range.from, 0});
    for (; slot != schedule.dates.end() && slot->day < range.to; ++slot)
        add_halves(sum, slot->day, 1 << slot->half, reference, skip_workdays);
    return sum;
}

/// A yearly budget is spread evenly over the engaged days of its year, rounded half up once.
Mdays planned_days(const Schedule& schedule, const Period& range, const Period& engaged) {
    Mdays sum;
    for (int year = range.from.year(); year <= (range.to - 1).year(); ++year) {
        const Period whole{Date::of(year, 1, 1), Date::of(year + 1, 1, 1)};
        const auto part = range.intersect(whole);
        const auto base = engaged.intersect(whole);
        if (part.empty() || base.empty()) continue;
        const std::int64_t days = base.to - base.from;
        sum.workday += (2 * schedule.budget_mday * (part.to - part.from) + days) / (2 * days);
    }
    return sum;
}

}  // namespace

Schedule Schedule::of(const schema::Schedule& stored, int load) {
    Schedule schedule;
    schedule.kind = stored.kind().value_or(schema::ScheduleKind::CONTINUOUS);
    schedule.load = load;
    if (stored.slots())
        for (const auto slot : *stored.slots())
            schedule.mask14 = static_cast<std::uint16_t>(schedule.mask14 |
                                                         1u << static_cast<unsigned>(slot));
    schedule.every_n_weeks = std::max<int>(1, stored.every_n_weeks().value_or(1));
    if (stored.anchor()) schedule.anchor = Date::of(*stored.anchor());
    if (stored.windows())
        for (const auto* window : *stored.windows()) schedule.windows.push_back(window_of(*window));
    schedule.budget_mday = stored.budget_mday().value_or(0);
    if (stored.dates())
        for (const auto* slot : *stored.dates())
            schedule.dates.push_back(
                {Date::of(*slot->date()), slot->half() == schema::Half::PM ? 1 : 0});
    std::sort(schedule.dates.begin(), schedule.dates.end());
    return schedule;
}

bool Schedule::touches(Date day, const ReferenceBook& reference) const {
    switch (kind) {
        case schema::ScheduleKind::WEEKLY:
            return halves_on(mask14, day.weekday()) != 0 && week_counts(*this, monday_of(day));
        case schema::ScheduleKind::DATES: {
            const auto slot = std::lower_bound(dates.begin(), dates.end(), Slot{day, 0});
            return slot != dates.end() && slot->day == day;
        }
        case schema::ScheduleKind::SEASONAL:
            return in_season(windows, day) && reference.is_workday(day);
        case schema::ScheduleKind::CONTINUOUS: return reference.is_workday(day);
        case schema::ScheduleKind::DAYS: return true;
    }
    return false;
}

int Schedule::slots_on(Date day, const ReferenceBook& reference) const {
    switch (kind) {
        case schema::ScheduleKind::WEEKLY:
            return week_counts(*this, monday_of(day)) ? halves_on(mask14, day.weekday()) : 0;
        case schema::ScheduleKind::DATES: {
            int halves = 0;
            auto slot = std::lower_bound(dates.begin(), dates.end(), Slot{day, 0});
            for (; slot != dates.end() && slot->day == day; ++slot) halves |= 1 << slot->half;
            return halves;
        }
        case schema::ScheduleKind::SEASONAL:
        case schema::ScheduleKind::CONTINUOUS:
            return load >= 1000 && touches(day, reference) ? 3 : 0;
        case schema::ScheduleKind::DAYS: return 0;
    }
    return 0;
}

Mdays Schedule::planned(const Period& range, const Period& engaged, const ReferenceBook& reference,
                        bool skip_workdays) const {
    const auto within = range.intersect(engaged);
    if (within.empty()) return {};
    ENSURE(within.to != forever, "work is planned over a range that ends");
    Mdays sum;
    switch (kind) {
        case schema::ScheduleKind::WEEKLY:
            return planned_weekly(*this, within, reference, skip_workdays);
        case schema::ScheduleKind::DATES:
            return planned_dates(*this, within, reference, skip_workdays);
        case schema::ScheduleKind::DAYS: return planned_days(*this, within, engaged);
        case schema::ScheduleKind::SEASONAL:
            if (skip_workdays) return {};
            for (const auto& part : season_in(windows, within))
                sum.workday += load * std::int64_t{reference.workdays(part)};
            return sum;
        case schema::ScheduleKind::CONTINUOUS:
            if (!skip_workdays) sum.workday = load * std::int64_t{reference.workdays(within)};
            return sum;
    }
    return sum;
}

}  // namespace events
