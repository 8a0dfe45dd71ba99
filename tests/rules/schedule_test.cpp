// Planned work by domain.md 2.5, with numbers worked out by hand from the calendar of 2019.
#include "events/rules/schedule.h"

#include <catch2/catch.hpp>

#include "tests/support/calendar.h"

using namespace events;
using schema::ScheduleKind;
using schema::WeekSlot;

namespace {

Date day(const char* text) { return Date::parse(text).value(); }
Period range(const char* from, const char* to) { return {day(from), day(to)}; }

constexpr std::uint16_t slots(std::initializer_list<WeekSlot> list) {
    unsigned mask = 0;
    for (const auto slot : list) mask |= 1u << static_cast<unsigned>(slot);
    return static_cast<std::uint16_t>(mask);
}

Schedule weekly(std::uint16_t mask, const char* anchor, int every = 1) {
    Schedule schedule;
    schedule.kind = ScheduleKind::WEEKLY;
    schedule.mask14 = mask;
    schedule.anchor = day(anchor);
    schedule.every_n_weeks = every;
    return schedule;
}

Schedule seasonal(std::vector<Schedule::Window> windows, int load) {
    Schedule schedule;
    schedule.kind = ScheduleKind::SEASONAL;
    schedule.windows = std::move(windows);
    schedule.load = load;
    return schedule;
}

Schedule continuous(int load) {
    Schedule schedule;
    schedule.kind = ScheduleKind::CONTINUOUS;
    schedule.load = load;
    return schedule;
}

Schedule budget(std::int64_t mday) {
    Schedule schedule;
    schedule.kind = ScheduleKind::DAYS;
    schedule.budget_mday = mday;
    return schedule;
}

Schedule on(std::vector<Slot> dates) {
    Schedule schedule;
    schedule.kind = ScheduleKind::DATES;
    schedule.dates = std::move(dates);
    return schedule;
}

const auto saturday = slots({WeekSlot::SAT_AM, WeekSlot::SAT_PM});
const auto sunday = slots({WeekSlot::SUN_AM, WeekSlot::SUN_PM});
const auto always = range("2000-01-01", "2100-01-01");

}  // namespace

TEST_CASE("the calendar of 2019 has 250 working days, 21 in September and 21 in November") {
    const auto book = tests::book_of_2019();
    CHECK(book.workdays(range("2019-01-01", "2020-01-01")) == 250);
    CHECK(book.workdays(range("2019-09-01", "2019-10-01")) == 21);
    CHECK(book.workdays(range("2019-11-01", "2019-12-01")) == 21);
    CHECK(book.workdays(range("2019-10-01", "2019-11-01")) == 19);
}

TEST_CASE("every second Saturday from 20 April falls on the days of the story") {
    const auto book = tests::book_of_2019();
    const auto schedule = weekly(saturday, "2019-04-20", 2);
    std::vector<std::string> days;
    for (Date at = day("2019-04-15"); at < day("2019-06-01"); at = at + 1)
        if (schedule.touches(at, book)) days.push_back(at.text());
    CHECK(days == std::vector<std::string>{"2019-04-20", "2019-05-04", "2019-05-18"});
    const auto engaged = range("2019-04-20", "2020-04-20");
    const auto planned = [&](const char* from, const char* to) {
        return schedule.planned(range(from, to), engaged, book, true);
    };
    CHECK(planned("2019-04-01", "2019-05-01") == Mdays{0, 1000});
    CHECK(planned("2019-05-01", "2019-06-01") == Mdays{0, 2000});
    CHECK(planned("2019-06-01", "2019-07-01") == Mdays{0, 3000});
    CHECK(planned("2019-07-01", "2019-08-01") == Mdays{0, 2000});
    CHECK(planned("2019-01-01", "2019-04-20") == Mdays{0, 0});
}

TEST_CASE("weeks are counted from the anchor's week, before it and whatever its weekday") {
    const auto book = tests::book_without_calendar();
    struct Row { const char* anchor; const char* at; bool counts; };
    const Row rows[] = {
        {"2019-04-20", "2019-04-20", true},  {"2019-04-15", "2019-04-20", true},
        {"2019-04-21", "2019-04-20", true},  {"2019-04-20", "2019-04-27", false},
        {"2019-04-20", "2019-05-04", false}, {"2019-04-20", "2019-05-11", true},
        {"2019-04-20", "2019-03-30", true},  {"2019-04-20", "2019-04-13", false},
        {"2019-04-20", "2019-04-06", false}, {"2019-12-31", "2020-01-04", true},
    };
    for (const auto& row : rows) {
        INFO(row.anchor << " and " << row.at);
        const auto schedule = weekly(saturday, row.anchor, 3);
        CHECK(schedule.touches(day(row.at), book) == row.counts);
        CHECK(schedule.slots_on(day(row.at), book) == (row.counts ? 3 : 0));
    }
}

TEST_CASE("weekend slots on make-up days are working time, skipped for Sunday engineers") {
    const auto book = tests::book_of_2019();
    struct Row { std::uint16_t mask; const char* from; const char* to; Mdays plain, skipping; };
    const Row rows[] = {
        {sunday, "2019-04-28", "2019-04-29", {1000, 0}, {0, 0}},
        {sunday, "2019-05-05", "2019-05-06", {1000, 0}, {0, 0}},
        {sunday, "2019-09-29", "2019-09-30", {1000, 0}, {0, 0}},
        {saturday, "2019-10-12", "2019-10-13", {1000, 0}, {0, 0}},
        {saturday, "2019-02-02", "2019-02-03", {1000, 0}, {0, 0}},
        {sunday, "2019-04-01", "2019-05-01", {1000, 3000}, {0, 3000}},
        {saturday, "2019-10-01", "2019-11-01", {1000, 3000}, {0, 3000}},
        {sunday, "2019-05-01", "2019-06-01", {1000, 3000}, {0, 3000}},
    };
    for (const auto& row : rows) {
        INFO(row.from << " to " << row.to);
        const auto schedule = weekly(row.mask, "2019-01-01");
        CHECK(schedule.planned(range(row.from, row.to), always, book) == row.plain);
        CHECK(schedule.planned(range(row.from, row.to), always, book, true) == row.skipping);
    }
}

TEST_CASE("a weekday slot on a public holiday is rest-day work") {
    const auto book = tests::book_of_2019();
    const auto schedule = weekly(slots({WeekSlot::WED_AM}), "2019-01-01");
    CHECK(schedule.planned(range("2019-05-01", "2019-05-02"), always, book) == Mdays{0, 500});
    CHECK(schedule.planned(range("2019-05-08", "2019-05-09"), always, book) == Mdays{500, 0});
    const auto bare = tests::book_without_calendar();
    CHECK(schedule.planned(range("2019-05-01", "2019-05-02"), always, bare) == Mdays{500, 0});
}

TEST_CASE("a season from November to March plans half of 21 working days in November 2019") {
    const auto book = tests::book_of_2019();
    const auto winter = seasonal({{11, 1, 3, 31}}, 500);
    const auto engaged = range("2019-11-01", "2020-04-01");
    CHECK(winter.planned(range("2019-11-01", "2019-12-01"), engaged, book) == Mdays{10'500, 0});
    CHECK(winter.planned(range("2019-01-01", "2019-11-01"), engaged, book) == Mdays{0, 0});
    CHECK(winter.planned(range("2020-03-30", "2020-05-01"), engaged, book) == Mdays{1'000, 0});
}

TEST_CASE("seasons wrap the year end, include their last day, and count a shared day once") {
    const auto book = tests::book_without_calendar();
    struct Row { Schedule schedule; const char* from; const char* to; std::int64_t workday; };
    const Row rows[] = {
        {seasonal({{11, 1, 3, 31}}, 1000), "2018-12-31", "2019-01-01", 1000},
        {seasonal({{11, 1, 3, 31}}, 1000), "2019-01-01", "2019-01-02", 1000},
        {seasonal({{11, 1, 3, 31}}, 1000), "2019-04-01", "2019-11-01", 0},
        {seasonal({{6, 15, 9, 15}}, 200), "2020-09-14", "2020-09-16", 400},
        {seasonal({{6, 15, 9, 16}}, 200), "2020-09-14", "2020-10-01", 600},
        {seasonal({{3, 2, 3, 6}, {3, 4, 3, 13}}, 100), "2020-03-01", "2020-04-01", 1000},
        {seasonal({{3, 4, 3, 13}, {3, 2, 3, 6}}, 100), "2020-03-01", "2020-04-01", 1000},
        {seasonal({{1, 1, 12, 31}}, 1000), "2020-12-31", "2021-01-05", 3000},
    };
    for (const auto& row : rows) {
        INFO(row.from << " to " << row.to);
        CHECK(row.schedule.planned(range(row.from, row.to), always, book) ==
              Mdays{row.workday, 0});
        std::int64_t by_day = 0;
        for (Date at = day(row.from); at < day(row.to); at = at + 1)
            by_day += row.schedule.touches(at, book) ? row.schedule.load : 0;
        CHECK(by_day == row.workday);
    }
}

TEST_CASE("29 February falls back to 28 February in a common year, at both ends") {
    const auto book = tests::book_without_calendar();
    const auto until = seasonal({{2, 24, 2, 29}}, 1000);
    CHECK(until.touches(day("2019-02-28"), book));
    CHECK_FALSE(until.touches(day("2019-03-01"), book));
    CHECK(until.planned(range("2019-02-01", "2019-04-01"), always, book) == Mdays{4000, 0});
    CHECK(until.planned(range("2020-02-01", "2020-04-01"), always, book) == Mdays{5000, 0});
    const auto from = seasonal({{2, 29, 3, 1}}, 1000);
    CHECK(from.planned(range("2019-02-01", "2019-04-01"), always, book) == Mdays{2000, 0});
    CHECK_FALSE(from.touches(day("2020-02-28"), book));
}

TEST_CASE("a yearly budget is spread over the engaged days of each year and rounded half up") {
    const auto book = tests::book_without_calendar();
    struct Row {
        std::int64_t mday; const char* engaged[2]; const char* range_[2]; std::int64_t planned;
    };
    const Row rows[] = {
        // The whole of a year gives the whole budget, however short the engaged part of it.
        {12'000, {"2019-01-01", "2020-01-01"}, {"2019-01-01", "2020-01-01"}, 12'000},
        {12'000, {"2019-07-01", "2020-07-01"}, {"2019-01-01", "2021-01-01"}, 24'000},
        {12'000, {"2019-12-30", "2020-01-03"}, {"2019-12-30", "2019-12-31"}, 6'000},
        // 31 of 184 days from July on: 2021.7 mday; 30 of 182 days in 2020: 1978.02.
        {12'000, {"2019-07-01", "2020-07-01"}, {"2019-07-01", "2019-08-01"}, 2'022},
        {12'000, {"2019-07-01", "2020-07-01"}, {"2020-06-01", "2020-07-01"}, 1'978},
        {12'000, {"2019-07-01", "2020-07-01"}, {"2019-12-01", "2020-02-01"}, 2'022 + 2'044},
        // One of two days of an odd budget: exactly a half.
        {1, {"2019-01-01", "2019-01-03"}, {"2019-01-01", "2019-01-02"}, 1},
        {3, {"2019-01-01", "2019-01-03"}, {"2019-01-02", "2019-01-03"}, 2},
        {1, {"2019-01-01", "2019-01-04"}, {"2019-01-01", "2019-01-02"}, 0},
        {366'000, {"2020-01-01", "2021-01-01"}, {"2020-02-29", "2020-03-01"}, 1'000},
        {12'000, {"2019-01-01", "2020-01-01"}, {"2020-01-01", "2021-01-01"}, 0},
    };
    for (const auto& row : rows) {
        INFO(row.range_[0] << " to " << row.range_[1] << " of " << row.mday);
        const auto planned = budget(row.mday).planned(range(row.range_[0], row.range_[1]),
                                                      range(row.engaged[0], row.engaged[1]), book);
        CHECK(planned == Mdays{row.planned, 0});
    }
}

TEST_CASE("a continuous load plans its share of every working day") {
    const auto book = tests::book_of_2019();
    const auto engaged = range("2019-09-01", "2021-09-01");
    CHECK(continuous(1000).planned(range("2019-09-01", "2019-10-01"), engaged, book) ==
          Mdays{21'000, 0});
    CHECK(continuous(300).planned(range("2019-10-01", "2019-11-01"), engaged, book) ==
          Mdays{5'700, 0});
    CHECK(continuous(300).planned(range("2019-08-01", "2019-09-01"), engaged, book) ==
          Mdays{0, 0});
}

TEST_CASE("listed half-days count one by one, by the kind of their day") {
    const auto book = tests::book_of_2019();
    const auto schedule = on({{day("2019-04-28"), 0}, {day("2019-04-29"), 0},
                              {day("2019-04-29"), 1}, {day("2019-05-01"), 1}});
    CHECK(schedule.planned(always, always, book) == Mdays{1500, 500});
    CHECK(schedule.planned(always, always, book, true) == Mdays{0, 500});
    CHECK(schedule.planned(range("2019-04-29", "2019-04-30"), always, book) == Mdays{1000, 0});
    CHECK(schedule.slots_on(day("2019-04-28"), book) == 1);
    CHECK(schedule.slots_on(day("2019-04-29"), book) == 3);
    CHECK(schedule.slots_on(day("2019-05-01"), book) == 2);
    CHECK(schedule.slots_on(day("2019-04-30"), book) == 0);
}

TEST_CASE("only fixed patterns and full loads hold half-days") {
    const auto book = tests::book_of_2019();
    const auto workday = day("2019-11-04");
    const auto rest_day = day("2019-11-03");
    struct Row { const char* name; Schedule schedule; int workday, rest_day; };
    const Row rows[] = {
        {"continuous, full", continuous(1000), 3, 0},
        {"continuous, part", continuous(999), 0, 0},
        {"season, full", seasonal({{11, 1, 3, 31}}, 1000), 3, 0},
        {"season, part", seasonal({{11, 1, 3, 31}}, 500), 0, 0},
        {"season, closed", seasonal({{6, 1, 7, 31}}, 1000), 0, 0},
        {"budget", budget(366'000), 0, 0},
        {"weekly", weekly(slots({WeekSlot::MON_PM, WeekSlot::SUN_AM}), "2019-11-04"), 2, 1},
        {"weekly, off week", weekly(slots({WeekSlot::MON_PM, WeekSlot::SUN_AM}), "2019-11-04", 2),
         2, 0},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(row.schedule.slots_on(workday, book) == row.workday);
        CHECK(row.schedule.slots_on(rest_day, book) == row.rest_day);
    }
}

TEST_CASE("a stored schedule is read with all its fields") {
    flatbuffers::FlatBufferBuilder builder;
    const std::vector<WeekSlot> stored_slots{WeekSlot::TUE_AM, WeekSlot::SUN_PM};
    const auto anchor = day("2019-04-20").stored();
    const auto offset = builder.CreateVectorScalarCast<std::uint8_t>(
        reinterpret_cast<const std::uint8_t*>(stored_slots.data()), stored_slots.size());
    schema::ScheduleBuilder stored(builder);
    stored.add_kind(ScheduleKind::WEEKLY);
    stored.add_slots(flatbuffers::Offset<flatbuffers::Vector<WeekSlot>>(offset.o));
    stored.add_anchor(&anchor);
    builder.Finish(stored.Finish());
    const auto schedule =
        Schedule::of(*flatbuffers::GetRoot<schema::Schedule>(builder.GetBufferPointer()), 150);
    CHECK(schedule.kind == ScheduleKind::WEEKLY);
    CHECK(schedule.mask14 == ((1u << 2) | (1u << 13)));
    CHECK(schedule.every_n_weeks == 1);
    CHECK(schedule.anchor == day("2019-04-20"));
    CHECK(schedule.load == 150);
}
