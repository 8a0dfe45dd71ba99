// When an engagement takes place: slots of half days, seasons, budgets (domain.md 2.5).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/dates.h"
#include "events/schema/engagement_generated.h"

namespace events {

class ReferenceBook;

/// Milli-days of work, working days and rest days apart. 1,000 mday = one standard day of 8 h.
struct Mdays {
    std::int64_t workday = 0;
    std::int64_t restday = 0;

    std::int64_t total() const { return workday + restday; }
    bool operator==(const Mdays&) const = default;
};

/// A half day of a person's time: `half` 0 = morning, 1 = afternoon.
struct Slot {
    Date day;
    int half = 0;
    auto operator<=>(const Slot&) const = default;
};

struct Schedule {
    struct Window { int from_month, from_day, to_month, to_day; };

    schema::ScheduleKind kind = schema::ScheduleKind::CONTINUOUS;
    std::uint16_t mask14 = 0;      ///< WEEKLY: bit 2d = morning of weekday d (Monday 0), 2d+1 later
    int every_n_weeks = 1;         ///< WEEKLY
    Date anchor;                   ///< WEEKLY
    std::vector<Window> windows;   ///< SEASONAL, ends inclusive, may wrap the year end
    std::int64_t budget_mday = 0;  ///< DAYS, per calendar year
    std::vector<Slot> dates;       ///< DATES, sorted
    int load = 0;                  ///< permille of full time

    static Schedule of(const schema::Schedule& stored, int load);

    /// Whether the schedule puts work on that day at all (DAYS: any day).
    bool touches(Date day, const ReferenceBook& reference) const;
    /// Bits of the half days that the schedule holds on that day (1 morning, 2 afternoon):
    /// WEEKLY and DATES their slots; CONTINUOUS and SEASONAL both of a working day at load 1000;
    /// DAYS none (settled.md 2.6). For SUN, working days are skipped by the caller.
    int slots_on(Date day, const ReferenceBook& reference) const;
    /// Planned work on one day. DAYS spread their yearly budget evenly over the days of
    /// `engaged` in that year; `planned` of a longer range rounds once per calendar year.
    /// `skip_workdays`: a rest-day-only kind (SUN) does not work on a day that the calendar
    /// turned into a working day (INV-F10).
    Mdays planned(const Period& range, const Period& engaged, const ReferenceBook& reference,
                  bool skip_workdays = false) const;
};

}  // namespace events
