#include "events/dates.h"

#include <catch2/catch.hpp>

using namespace events;

TEST_CASE("Date knows the calendar", "[events]") {
    CHECK(Date::of(1970, 1, 1).days == 0);
    CHECK(Date::of(2019, 4, 20).weekday() == 5);
    CHECK(Date::of(1969, 12, 31).weekday() == 2);
    CHECK(Date::of(2020, 2, 29).text() == "2020-02-29");
    CHECK(Date::of(2020, 2, 29).plus_months(12) == Date::of(2021, 2, 28));
    CHECK(Date::of(2019, 1, 31).plus_months(-2) == Date::of(2018, 11, 30));
    CHECK(Date::of(2019, 12, 5).first_of_next_month() == Date::of(2020, 1, 1));
    CHECK(Date::of(2019, 12, 5).first_of_year() == Date::of(2019, 1, 1));
}

TEST_CASE("Date reads what it writes, every day of four centuries", "[events]") {
    for (Date day = Date::of(1800, 1, 1); day <= Date::of(2200, 12, 31); day = day + 1) {
        const auto read = Date::parse(day.text());
        if (read != day) FAIL(day.text());
    }
    for (const auto* text : {"2019-02-29", "2019-00-01", "2019-13-01", "2019-1-01", "20190101",
                             "2019-01-01 ", "1799-12-31", "2201-01-01", "2019-01-00", "+019-01-01",
                             "２019-01-01", ""}) {
        INFO(text);
        CHECK_FALSE(Date::parse(text));
    }
}

TEST_CASE("Instant reads RFC 3339", "[events]") {
    const auto text = [](std::string_view in) {
        const auto found = Instant::parse(in);
        return found ? found->text() : "none";
    };
    CHECK(text("2019-04-01T10:00:00+08:00") == "2019-04-01T02:00:00.000000Z");
    CHECK(text("2019-04-01t10:00:00.1234569z") == "2019-04-01T10:00:00.123456Z");
    CHECK(text("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00.000000Z");
    CHECK(text("1900-01-01T00:00:00+00:00") == "1900-01-01T00:00:00.000000Z");
    CHECK(text("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
    for (const auto* bad : {"2019-04-01T10:00:00", "2019-04-01 10:00:00Z", "2019-04-01T24:00:00Z",
                            "2019-04-01T10:60:00Z", "2019-04-01T10:00:61Z", "2019-04-01T10:00:00.Z",
                            "2019-04-01T10:00:00+8:00", "2019-04-01T10:00:00+24:00",
                            "1899-12-31T00:00:00Z", "2019-04-01T10:00Z", ""}) {
        INFO(bad);
        CHECK(text(bad) == "none");
    }
}

TEST_CASE("Zone tells the civil day of an instant", "[events]") {
    const auto zone = Zone::find("Asia/Shanghai");
    REQUIRE(zone);
    CHECK_FALSE(Zone::find("Asia/Atlantis"));
    const auto at = *Instant::parse("2019-03-31T16:00:00Z");
    CHECK(zone->civil_date(at) == Date::of(2019, 4, 1));
    CHECK(zone->civil_date({at.micros - 1}) == Date::of(2019, 3, 31));
    CHECK(zone->start_of(Date::of(2019, 4, 1)) == at);
    CHECK(zone->end_of(Date::of(2019, 3, 31)).micros == at.micros - 1);
    CHECK(zone->text(at) == "2019-04-01T00:00:00+08:00");
    CHECK(zone->text({at.micros + 1}) == "2019-04-01T00:00:00.000001+08:00");
}

TEST_CASE("Zone copes with days that do not begin at midnight", "[events]") {
    // Clocks went from 00:00 to 01:00 on that day.
    const auto zone = Zone::find("America/Sao_Paulo");
    REQUIRE(zone);
    const auto day = Date::of(2018, 11, 4);
    CHECK(zone->start_of(day).text() == "2018-11-04T03:00:00.000000Z");
    CHECK(zone->civil_date(zone->start_of(day)) == day);
    CHECK(zone->civil_date(zone->end_of(day - 1)) == day - 1);
    for (Date each = Date::of(2018, 1, 1); each < Date::of(2020, 1, 1); each = each + 1) {
        CHECK(zone->civil_date(zone->start_of(each)) == each);
        CHECK(zone->civil_date(zone->end_of(each)) == each);
    }
    CHECK(Zone::find("America/New_York")->text(*Instant::parse("2019-01-01T00:00:00Z")) ==
          "2018-12-31T19:00:00-05:00");
}
