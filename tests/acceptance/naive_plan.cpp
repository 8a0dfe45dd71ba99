// What an engagement's schedule puts on a day and on a month, by hand (domain.md 2.5).
#include "tests/acceptance/naive_counts.h"

namespace naive {

namespace {

constexpr std::int64_t half_day = 500;

bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool in_season(const fb::SeasonWindow& window, Date day) {
    std::string today = day.text().substr(5);
    std::string from = window.from()->str();
    const std::string to = window.to()->str();
    if (from == "02-29" && !is_leap(day.year())) from = "02-28";
    if (from <= to) return from <= today && today <= to;
    return from <= today || today <= to;
}

Date monday(Date day) { return day - day.weekday(); }

int halves_of(const fb::Schedule& schedule, Date day) {
    int halves = 0;
    if (schedule.kind() == fb::ScheduleKind::WEEKLY) {
        const int every = schedule.every_n_weeks().value_or(1);
        const Date anchor{schedule.anchor()->days()};
        if ((monday(day) - monday(anchor)) / 7 % every != 0) return 0;
        for (const auto slot : *schedule.slots()) {
            const int number = static_cast<int>(slot);
            if (number / 2 == day.weekday()) halves |= 1 << number % 2;
        }
    } else if (schedule.kind() == fb::ScheduleKind::DATES) {
        for (const auto* slot : *schedule.dates()) {
            if (slot->date()->days() != day.days) continue;
            halves |= slot->half() == fb::Half::PM ? 2 : 1;
        }
    }
    return halves;
}

/// Days of the agreed period in that year.
std::int64_t agreed_days(const Engagement& engagement, int year) {
    const Date from = std::max(engagement.from, Date::of(year, 1, 1));
    return std::min(engagement.to, Date::of(year + 1, 1, 1)) - from;
}

std::int64_t half_up(std::int64_t numerator, std::int64_t denominator) {
    return (2 * numerator + denominator) / (2 * denominator);
}

/// The budget of the ACTIVE days from New Year up to `until`, rounded once.
std::int64_t budget_until(const Engagement& engagement, int year, Date until) {
    std::int64_t sum = 0;
    for (Date day = Date::of(year, 1, 1); day < until; day = day + 1) {
        const auto* schedule = engagement.schedule_on(day).schedule;
        if (schedule->kind() != fb::ScheduleKind::DAYS || !engagement.active(day)) continue;
        sum += schedule->budget_mday().value_or(0);
    }
    return sum == 0 ? 0 : half_up(sum, agreed_days(engagement, year));
}

}  // namespace

Date next_month(Date first) {
    Date day = first + 28;
    while (day.day() != 1) day = day + 1;
    return day;
}

bool rests_only(const Engagement& engagement) { return engagement.kind == "SUN"; }

Work work_on(const Model& model, const Engagement& engagement, Date day) {
    const auto& [since, schedule, load] = engagement.schedule_on(day);
    const bool workday = model.is_workday(day);
    Work out;
    std::int64_t whole = 0;
    switch (*schedule->kind()) {
        case fb::ScheduleKind::DAYS:
            out.workday = half_up(schedule->budget_mday().value_or(0),
                                  agreed_days(engagement, day.year()));
            return out;
        case fb::ScheduleKind::WEEKLY:
        case fb::ScheduleKind::DATES:
            out.halves = halves_of(*schedule, day);
            whole = half_day * (out.halves % 2 + out.halves / 2);
            break;
        case fb::ScheduleKind::SEASONAL: {
            bool open = false;
            for (const auto* window : *schedule->windows()) open = open || in_season(*window, day);
            if (open && workday) whole = load;
            break;
        }
        case fb::ScheduleKind::CONTINUOUS:
            if (workday) whole = load;
            break;
    }
    if (whole == 1000 && out.halves == 0 && load == 1000) out.halves = 3;
    if (!workday) {
        out.restday = whole;
    } else if (!rests_only(engagement)) {
        out.workday = whole;
    }
    return out;
}

Work plan_of(const Model& model, const Engagement& engagement, Date month) {
    Work sum;
    for (Date day = month; day < next_month(month); day = day + 1) {
        if (!engagement.active(day)) continue;
        if (engagement.schedule_on(day).schedule->kind() == fb::ScheduleKind::DAYS) continue;
        const Work work = work_on(model, engagement, day);
        sum.workday += work.workday;
        sum.restday += work.restday;
    }
    sum.workday += budget_until(engagement, month.year(), next_month(month)) -
                   budget_until(engagement, month.year(), month);
    return sum;
}

}  // namespace naive
