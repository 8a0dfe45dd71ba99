// Business zones, by the time zone database.
#include <date/tz.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "events/clockface.h"
#include "events/dates.h"

namespace events {
namespace {

const date::time_zone& rules(const void* zone) {
    return *static_cast<const date::time_zone*>(zone);
}

std::int64_t offset_micros(const void* zone, Instant at) {
    const date::sys_seconds second{
        std::chrono::seconds(floor_div(at.micros, micros_per_second))};
    return rules(zone).get_info(second).offset.count() * micros_per_second;
}

}  // namespace

std::optional<Zone> Zone::find(std::string_view name) {
    try {
        Zone zone;
        zone.rules_ = date::locate_zone(std::string(name));
        zone.name_ = name;
        return zone;
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

Date Zone::civil_date(Instant at) const {
    return day_of(at.micros + offset_micros(rules_, at));
}

Instant Zone::start_of(Date day) const {
    const date::local_seconds midnight{std::chrono::seconds(day.days * seconds_per_day)};
    const auto info = rules(rules_).get_info(midnight);
    // Where the clocks skip midnight, the day starts when they do.
    const auto second = info.result == date::local_info::nonexistent
                            ? info.first.end.time_since_epoch()
                            : midnight.time_since_epoch() - info.first.offset;
    return {std::chrono::seconds(second).count() * micros_per_second};
}

Instant Zone::end_of(Date day) const { return {start_of(day + 1).micros - 1}; }

std::string Zone::text(Instant at) const {
    const auto offset = offset_micros(rules_, at);
    const auto local = at.micros + offset;
    const auto [hour, minute, second, fraction] = clockface(micros_of_day(local));
    const auto offset_minutes = static_cast<int>(offset / micros_per_second / 60);
    char clock[32];
    int size = std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d", hour, minute, second);
    std::string out = day_of(local).text().append(clock, static_cast<std::size_t>(size));
    if (fraction != 0) {
        size = std::snprintf(clock, sizeof clock, ".%06d", fraction);
        out.append(clock, static_cast<std::size_t>(size));
    }
    const int distance = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    size = std::snprintf(clock, sizeof clock, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+',
                         distance / 60, distance % 60);
    return out.append(clock, static_cast<std::size_t>(size));
}

}  // namespace events
