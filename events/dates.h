// Civil dates and instants. Effective dates are civil dates in the ledger's business zone;
// recorded times are instants.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "events/schema/common_generated.h"

namespace events {

/// Civil date as days since 1970-01-01 (proleptic Gregorian).
struct Date {
    std::int32_t days = 0;

    auto operator<=>(const Date&) const = default;
    Date operator+(int n) const { return {days + n}; }
    Date operator-(int n) const { return {days - n}; }
    int operator-(Date other) const { return days - other.days; }

    static Date of(const schema::Date& stored) { return {stored.days()}; }
    static Date of(int year, unsigned month, unsigned day);
    schema::Date stored() const { return schema::Date(days); }

    int year() const;
    unsigned month() const;
    unsigned day() const;
    /// 0 = Monday ... 6 = Sunday.
    int weekday() const;
    Date first_of_month() const;
    Date first_of_next_month() const;
    Date first_of_year() const;
    /// The same day `n` months later; the last day of that month if it has no such day.
    Date plus_months(int n) const;
    /// `YYYY-MM-DD`.
    std::string text() const;
    /// Exactly `YYYY-MM-DD`, a real date of the years 1800 to 2200.
    static std::optional<Date> parse(std::string_view text);
};

/// Later than every date: the end of an open period in memory. Never stored.
inline constexpr Date forever{std::numeric_limits<std::int32_t>::max()};

/// Half-open period of civil dates; `to` = `forever` if open.
struct Period {
    Date from;
    Date to = forever;

    bool operator==(const Period&) const = default;
    bool contains(Date day) const { return from <= day && day < to; }
    bool overlaps(const Period& other) const { return from < other.to && other.from < to; }
    bool empty() const { return to <= from; }
    /// The part that both have; empty if none.
    Period intersect(const Period& other) const {
        return {from < other.from ? other.from : from, to < other.to ? to : other.to};
    }
};

/// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t micros = 0;

    auto operator<=>(const Instant&) const = default;
    static Instant of(const schema::Instant& stored) { return {stored.micros()}; }
    schema::Instant stored() const { return schema::Instant(micros); }
    /// RFC 3339 in UTC with six decimals, `2019-04-01T02:00:00.000000Z`.
    std::string text() const;
    /// RFC 3339 with offset, years 1900 to 2200; a leap second counts as the next second;
    /// digits past microseconds are cut off.
    static std::optional<Instant> parse(std::string_view text);
};

/// The ledger's business zone, such as Asia/Shanghai.
/// Threads: may be shared.
class Zone {
public:
    /// Nothing if the zone is not in the time zone database.
    static std::optional<Zone> find(std::string_view name);

    const std::string& name() const { return name_; }
    Date civil_date(Instant at) const;
    /// The last microsecond of that civil day.
    Instant end_of(Date day) const;
    Instant start_of(Date day) const;
    /// RFC 3339 with the zone's offset, seconds only unless there are fractions.
    std::string text(Instant at) const;

private:
    std::string name_;
    const void* rules_ = nullptr;
};

}  // namespace events
