#include "events/dates.h"

#include <chrono>
#include <cstdio>

#include "events/clockface.h"

namespace events {
namespace {

std::chrono::year_month_day civil(Date day) {
    return std::chrono::sys_days(std::chrono::days(day.days));
}

Date from_civil(std::chrono::year_month_day day) {
    return {static_cast<std::int32_t>(std::chrono::sys_days(day).time_since_epoch().count())};
}

/// Reads exactly `count` decimal digits at `at`; -1 if there are others.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool has(std::string_view text, std::size_t at, char wanted) {
    return at < text.size() && text[at] == wanted;
}

std::optional<Date> parse_civil(std::string_view text, int year_least, int year_most) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    if (year < year_least || year > year_most || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day found{std::chrono::year(year),
                                            std::chrono::month(static_cast<unsigned>(month)),
                                            std::chrono::day(static_cast<unsigned>(day))};
    if (!found.ok()) return std::nullopt;
    return from_civil(found);
}

/// Seconds east of UTC of `Z`, `+08:00`; nothing if the text is neither.
std::optional<int> parse_offset(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    const int hours = digits(text, 1, 2);
    const int minutes = digits(text, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    const int seconds = hours * 3600 + minutes * 60;
    return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

Date Date::of(int year, unsigned month, unsigned day) {
    return from_civil({std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)});
}

int Date::year() const { return static_cast<int>(civil(*this).year()); }
unsigned Date::month() const { return static_cast<unsigned>(civil(*this).month()); }
unsigned Date::day() const { return static_cast<unsigned>(civil(*this).day()); }

int Date::weekday() const {
    // 1970-01-01 was a Thursday.
    const int index = (days + 3) % 7;
    return index < 0 ? index + 7 : index;
}

Date Date::first_of_month() const { return *this - static_cast<int>(day() - 1); }
Date Date::first_of_next_month() const { return first_of_month().plus_months(1); }
Date Date::first_of_year() const { return of(year(), 1, 1); }

Date Date::plus_months(int n) const {
    const auto here = civil(*this);
    const auto month = std::chrono::year_month(here.year(), here.month()) + std::chrono::months(n);
    const std::chrono::year_month_day there = month / here.day();
    return from_civil(there.ok() ? there : month / std::chrono::last);
}

std::string Date::text() const {
    const auto here = civil(*this);
    char out[32];
    const int size = std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(here.year()),
                                   static_cast<unsigned>(here.month()),
                                   static_cast<unsigned>(here.day()));
    return {out, static_cast<std::size_t>(size)};
}

std::optional<Date> Date::parse(std::string_view text) { return parse_civil(text, 1800, 2200); }

std::string Instant::text() const {
    const auto [hour, minute, second, fraction] = clockface(micros_of_day(micros));
    char out[32];
    const int size =
        std::snprintf(out, sizeof out, "T%02d:%02d:%02d.%06dZ", hour, minute, second, fraction);
    return day_of(micros).text().append(out, static_cast<std::size_t>(size));
}

std::optional<Instant> Instant::parse(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    const auto day = parse_civil(text.substr(0, 10), 1900, 2200);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (!day || !has(text, 13, ':') || !has(text, 16, ':')) return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    if (second < 0 || second > 60) return std::nullopt;  // 60: a leap second, counted as the next

    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (has(text, at, '.')) {
        std::int64_t unit = micros_per_second / 10;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
            fraction += unit * (text[at] - '0');  // `unit` is 0 past the sixth digit
        }
        if (at == first) return std::nullopt;
    }
    const auto offset = parse_offset(text.substr(at));
    if (!offset) return std::nullopt;
    const std::int64_t seconds = std::int64_t{day->days} * seconds_per_day + hour * 3600 +
                                 minute * 60 + second - *offset;
    return Instant{seconds * micros_per_second + fraction};
}

}  // namespace events
