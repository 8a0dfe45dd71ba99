// People put together by hand, for rules that look at a standing and not at a log.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "events/rules/person.h"

namespace tests {

inline events::Date day(const char* text) { return events::Date::parse(text).value(); }
inline events::Period range(const char* from, const char* to) { return {day(from), day(to)}; }

inline events::Id id(unsigned char number) {
    events::Id made;
    made.bytes[15] = number;
    return made;
}

/// Registered long ago and active.
inline events::Person somebody() {
    events::Person person;
    person.id = id(1);
    person.registered = true;
    person.statuses.push_back({day("2000-01-01"), {}, events::schema::TalentStatus::ACTIVE});
    return person;
}

inline events::Affiliation home_at(const events::Id& employer, events::Period period) {
    events::Affiliation home;
    home.employer = employer;
    home.kind = events::schema::AffiliationKind::FULL_TIME_HOME;
    home.period = period;
    home.posts.push_back({});
    home.posts.back().from = period.from;
    home.sites.push_back({period.from, {}, employer});
    return home;
}

inline events::EngagementCase engaged(const char* kind, events::Schedule schedule,
                                      events::Period period, bool active = true) {
    static unsigned char number = 100;
    events::EngagementCase engagement;
    engagement.id = id(++number);
    engagement.kind = kind;
    engagement.host_employer = id(50);
    engagement.host_site = id(51);
    engagement.period = period;
    engagement.schedules.push_back({period.from, std::move(schedule)});
    if (active) {
        engagement.state = events::EngagementState::active;
        engagement.spans.push_back({period.from, true});
    }
    return engagement;
}

inline events::Schedule weekly(std::uint16_t mask14, const char* anchor, int every = 1) {
    events::Schedule schedule;
    schedule.kind = events::schema::ScheduleKind::WEEKLY;
    schedule.mask14 = mask14;
    schedule.anchor = day(anchor);
    schedule.every_n_weeks = every;
    schedule.load = 200;
    return schedule;
}

inline events::Schedule continuous(int load) {
    events::Schedule schedule;
    schedule.kind = events::schema::ScheduleKind::CONTINUOUS;
    schedule.load = load;
    return schedule;
}

inline events::Schedule seasonal(std::vector<events::Schedule::Window> windows, int load) {
    events::Schedule schedule;
    schedule.kind = events::schema::ScheduleKind::SEASONAL;
    schedule.windows = std::move(windows);
    schedule.load = load;
    return schedule;
}

inline events::Schedule budget(std::int64_t mday) {
    events::Schedule schedule;
    schedule.kind = events::schema::ScheduleKind::DAYS;
    schedule.budget_mday = mday;
    schedule.load = 200;
    return schedule;
}

inline events::Schedule dated(std::vector<events::Slot> slots) {
    events::Schedule schedule;
    schedule.kind = events::schema::ScheduleKind::DATES;
    schedule.dates = std::move(slots);
    schedule.load = 200;
    return schedule;
}

constexpr std::uint16_t monday = 0b11;
constexpr std::uint16_t tuesday = 0b11 << 2;
constexpr std::uint16_t wednesday = 0b11 << 4;
constexpr std::uint16_t thursday = 0b11 << 6;
constexpr std::uint16_t friday = 0b11 << 8;
constexpr std::uint16_t saturday = 0b11 << 10;
constexpr std::uint16_t sunday = 0b11 << 12;

}  // namespace tests
