// The part of the Accountant that turns engagements into rows of service.
#include <algorithm>

#include "events/rules/engagement.h"
#include "projections/accounts.h"

namespace projections {

using events::Date;
using events::EngagementCase;
using events::Mdays;
using events::Period;
using events::Person;

/// One month of one engagement before it is cut by homes and traits.
struct Accountant::Month {
    Date first;
    bool planned = false;
    Mdays work;
    Word active = 0;
    ServiceRow row;  ///< what all parts have in common
};

namespace {

Period month_of(Date first) {
    return {first, first.first_of_next_month()};
}

Word mask_of(const Period& days, Date month) {
    Word mask = 0;
    for (Date day = days.from; day < days.to; day = day + 1) mask |= 1u << (day - month);
    return mask;
}

const events::ServiceRecord* record_of(const EngagementCase& engagement, Date month) {
    for (const auto& service : engagement.services) {
        if (service.month == month) return &service;
    }
    return nullptr;
}

/// Calls `visit` with each schedule and the part of the ACTIVE time in `range` that it governs. The
/// first schedule reaches back to the start, the last one to the end.
template <class Visit>
void each_schedule(const EngagementCase& engagement, const std::vector<Period>& active,
                   const Period& range, Visit visit) {
    const auto& schedules = engagement.schedules;
    for (const Period& piece : active) {
        const Period part = piece.intersect(range).intersect(engagement.period);
        for (std::size_t i = 0; i < schedules.size(); ++i) {
            const Period governed = part.intersect(
                {i == 0 ? part.from : schedules[i].from,
                 i + 1 == schedules.size() ? part.to : schedules[i + 1].from});
            if (!governed.empty()) visit(schedules[i].schedule, governed);
        }
    }
}

/// What the ACTIVE days from New Year up to `until` hold of the yearly budgets (DAYS), rounded
/// half up once, however many pieces the ACTIVE time has.
std::int64_t budget_until(const EngagementCase& engagement, const std::vector<Period>& active,
                          Date year, Date until) {
    std::int64_t budget_days = 0;
    each_schedule(engagement, active, {year, until}, [&](const auto& schedule, const Period& part) {
        if (schedule.kind != events::schema::ScheduleKind::DAYS) return;
        budget_days += schedule.budget_mday * (part.to - part.from);
    });
    const Period agreed = engagement.period.intersect({year, year.plus_months(12)});
    if (budget_days == 0 || agreed.empty()) return 0;
    const std::int64_t days = agreed.to - agreed.from;
    return (2 * budget_days + days) / (2 * days);
}

/// Planned work of the ACTIVE time within one month. Of a yearly budget a month is what the plan up
/// to its end has more than the plan up to its start, so that the months add up to the year.
Mdays plan_of(const EngagementCase& engagement, const std::vector<Period>& active, Date month,
              const events::ReferenceBook& reference) {
    const auto* kind = events::engagement_kind(engagement.kind);
    const bool skip_workdays = kind != nullptr && kind->rest_days_only;
    const Date year = month.first_of_year();
    Mdays sum;
    sum.workday = budget_until(engagement, active, year, month.first_of_next_month()) -
                  budget_until(engagement, active, year, month);
    each_schedule(engagement, active, month_of(month),
                  [&](const auto& schedule, const Period& part) {
                      if (schedule.kind == events::schema::ScheduleKind::DAYS) return;
                      const Mdays work =
                          schedule.planned(part, engagement.period, reference, skip_workdays);
                      sum.workday += work.workday;
                      sum.restday += work.restday;
                  });
    return sum;
}

}  // namespace

Word days_of_month(const std::vector<Period>& periods, Date month) {
    Word mask = 0;
    for (const Period& period : periods) {
        const Period part = period.intersect(month_of(month));
        if (!part.empty()) mask |= mask_of(part, month);
    }
    return mask;
}

void Accountant::add_services(const Person& person, const EngagementCase& engagement,
                              const events::ReferenceBook& reference, std::vector<Row>& out,
                              std::optional<Date> month) {
    if (person.absorbed_into || engagement.spans.empty()) return;
    const std::vector<Period> active = engagement.active_time();
    const std::vector<HomePiece> line = home_line(person);
    Month at;
    at.row.kind = words_.texts.word(engagement.kind);
    at.row.host_place = place(engagement.host_employer, engagement.host_site);

    const auto add_planned = [&](Date first) {
        if (record_of(engagement, first) != nullptr) return;
        at.first = first;
        at.planned = true;
        at.active = days_of_month(active, first);
        at.work = plan_of(engagement, active, first, reference);
        at.row.served = words_.texts.word(engagement.region_served);
        add_month(person, line, at, out);
    };
    const auto add_recorded = [&](const events::ServiceRecord& service) {
        at.first = service.month;
        at.planned = false;
        at.active = days_of_month(active, service.month);
        // A record outside ACTIVE time can only remain after a correction; it is spread over the
        // whole month.
        if (at.active == 0) at.active = mask_of(month_of(service.month), service.month);
        at.work = service.worked;
        at.row.served = words_.texts.word(service.region_served);
        add_month(person, line, at, out);
    };

    for (const auto& service : engagement.services) {
        if (!month || service.month == *month) add_recorded(service);
    }
    std::optional<Date> done;  // two periods may share a month
    for (const Period& period : active) {
        for (Date first = period.from.first_of_month(); first < period.to;
             first = first.first_of_next_month()) {
            if (done && first <= *done) continue;
            done = first;
            if (!month || first == *month) add_planned(first);
        }
    }
}

// Cuts the month where home, residence or traits change.
void Accountant::add_month(const Person& person, const std::vector<HomePiece>& line,
                           const Month& month, std::vector<Row>& out) {
    if (month.active == 0 || month.work.total() == 0) return;
    ServiceRow row = month.row;
    row.planned = month.planned ? 1 : 0;
    row.active = month.active;
    row.workday_mday = static_cast<Word>(month.work.workday);
    row.restday_mday = static_cast<Word>(month.work.restday);

    std::vector<Date> cuts = {month.first};
    const Date end = month.first.first_of_next_month();
    const auto cut = [&](Date day) {
        if (month.first < day && day < end) cuts.push_back(day);
    };
    for (const auto& piece : line) {
        cut(piece.period.from);
        cut(piece.period.to);
        for (const auto& post : piece.home->posts) cut(post.from);
    }
    for (const auto& particulars : person.particulars) cut(particulars.from);
    std::sort(cuts.begin(), cuts.end());

    const std::size_t first_row = out.size();
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        const Date day = cuts[i];
        const Date until = i + 1 < cuts.size() ? cuts[i + 1] : end;
        const Word days = mask_of({day, until}, month.first) & month.active;
        if (days == 0) continue;
        const HomePiece* piece = piece_on(line, day);
        const auto* known = person.particulars_on(day);
        if (known == nullptr && !person.particulars.empty()) known = &person.particulars.front();
        row.home_place = piece != nullptr ? place(*piece) : 0;
        row.residence =
            piece == nullptr && known != nullptr ? words_.texts.word(known->residence) : 0;
        row.traits = traits(person, piece != nullptr ? piece->home : nullptr, day);
        row.days = days;
        // Parts that turn out alike are one part.
        bool joined = false;
        for (std::size_t r = first_row; r < out.size() && !joined; ++r) {
            ServiceRow other = ServiceRow::of(out[r]);
            const Word other_days = other.days;
            other.days = row.days;
            if (other.row(month.first) != row.row(month.first)) continue;
            other.days |= other_days;
            out[r] = other.row(month.first);
            joined = true;
        }
        if (!joined) out.push_back(row.row(month.first));
    }
}

}  // namespace projections
