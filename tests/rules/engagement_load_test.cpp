// INV-F4, F5, F6 and F12 on whole timelines, and against a naive recount day by day.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "events/rules/engagement_rules.h"
#include "tests/rules/people.h"
#include "tests/support/calendar.h"

using namespace events;
using namespace tests;

namespace {

std::vector<std::string> codes(const std::vector<Breach>& found) {
    std::vector<std::string> list;
    for (const auto& breach : found) list.push_back(breach.code + " " + breach.day.text());
    return list;
}

std::vector<std::string> overloads(const Person& person, const ReferenceBook& book) {
    std::vector<Breach> found;
    find_overloads(person, book, found);
    return codes(found);
}

std::vector<std::string> clashes(const Person& person, const ReferenceBook& book) {
    std::vector<Breach> found;
    find_slot_clashes(person, book, found);
    return codes(found);
}

std::vector<std::string> second_posts(const Person& person, const ReferenceBook& book) {
    std::vector<Breach> found;
    find_second_posts(person, book, found);
    return codes(found);
}

using Found = std::vector<std::string>;
const auto november = range("2019-11-04", "2019-12-02");
const auto no_home = range("1999-01-01", "1999-01-02");
const auto with_home = range("2000-01-01", "2100-01-01");

}  // namespace

TEST_CASE("a week holds two working days of flexible work beside a home, five without one") {
    const auto book = tests::book_of_2019();
    struct Row { const char* name; Period home; Schedule schedule; Found found; };
    const Row rows[] = {
        {"two days", with_home, weekly(monday | tuesday, "2019-01-01"), {}},
        {"two days and a half", with_home, weekly(monday | tuesday | 0b10000, "2019-01-01"),
         {"E_OVERLOAD 2019-11-04", "E_OVERLOAD 2019-11-11", "E_OVERLOAD 2019-11-18",
          "E_OVERLOAD 2019-11-25"}},
        {"every second week three", with_home,
         weekly(monday | tuesday | wednesday, "2019-11-04", 2),
         {"E_OVERLOAD 2019-11-04", "E_OVERLOAD 2019-11-18"}},
        {"load 400", with_home, continuous(400), {}},
        {"load 401", with_home, continuous(401),
         {"E_OVERLOAD 2019-11-04", "E_OVERLOAD 2019-11-11", "E_OVERLOAD 2019-11-18",
          "E_OVERLOAD 2019-11-25"}},
        {"five days without a home", no_home,
         weekly(monday | tuesday | wednesday | thursday | friday, "2019-01-01"), {}},
        {"full load without a home", no_home, continuous(1000), {}},
        {"one rest day", with_home, weekly(saturday, "2019-01-01"), {}},
        {"both rest days", no_home, weekly(saturday | sunday, "2019-11-04", 4),
         {"E_OVERLOAD 2019-11-04"}},
        {"a budget of 8 days in 28", with_home, budget(8'000), {}},
        {"a budget of 9 days in 28", with_home, budget(9'000),
         {"E_OVERLOAD 2019-11-04", "E_OVERLOAD 2019-11-11", "E_OVERLOAD 2019-11-18",
          "E_OVERLOAD 2019-11-25"}},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        auto person = somebody();
        person.affiliations.push_back(home_at(id(2), row.home));
        person.engagements.push_back(engaged("PRJ", row.schedule, november));
        CHECK(overloads(person, book) == row.found);
    }
}

TEST_CASE("a make-up Sunday moves its slots into the working days of the week") {
    const auto book = tests::book_of_2019();
    auto person = somebody();
    person.affiliations.push_back(home_at(id(2), with_home));
    person.engagements.push_back(engaged("PTW", weekly(monday | tuesday | sunday, "2019-01-01"),
                                         range("2019-09-16", "2019-10-01")));
    // 29 September 2019 is a working day: three working days in that week.
    CHECK(overloads(person, book) == Found{"E_OVERLOAD 2019-09-23"});
    // A Sunday engineer skips that day instead.
    person.engagements.front().kind = "SUN";
    person.engagements.front().schedules.front().schedule = weekly(sunday, "2019-01-01");
    person.engagements.push_back(engaged("PTW", weekly(monday | tuesday, "2019-01-01"),
                                         range("2019-09-16", "2019-10-01")));
    CHECK(overloads(person, book).empty());
}

TEST_CASE("the loads of all flexible engagements add up, home leave and residence stay outside") {
    const auto book = tests::book_of_2019();
    auto person = somebody();
    person.affiliations.push_back(home_at(id(2), with_home));
    person.engagements.push_back(engaged("PTW", weekly(monday | tuesday, "2019-01-01"), november));
    CHECK(overloads(person, book).empty());
    person.engagements.push_back(engaged("MPP", weekly(0b10000, "2019-01-01"), november));
    CHECK(overloads(person, book).size() == 4);
    person.engagements.back().home_leave = true;
    CHECK(overloads(person, book).empty());
    person.engagements.back() = engaged("STN", budget(80'000), november);
    CHECK(overloads(person, book).empty());
    person.engagements.back() = engaged("PRJ", budget(8'000), november, false);
    CHECK(overloads(person, book).empty());
}

TEST_CASE("on secondment, leave or in training flexible work is capped at half a day a week") {
    const auto book = tests::book_of_2019();
    for (const auto* kind : {"SEC", "DEP", "EXP", "DSP", "LVS", "PDJ"}) {
        INFO(kind);
        auto person = somebody();
        person.affiliations.push_back(home_at(id(2), with_home));
        person.engagements.push_back(
            engaged(kind, continuous(500), range("2019-11-13", "2019-11-20")));
        person.engagements.push_back(engaged("PTW", weekly(0b11, "2019-01-01"), november));
        CHECK(overloads(person, book) ==
              Found{"E_OVERLOAD 2019-11-11", "E_OVERLOAD 2019-11-18"});
        person.engagements.back() = engaged("PTW", weekly(0b01, "2019-01-01"), november);
        CHECK(overloads(person, book).empty());
    }
}

TEST_CASE("beside a home a year holds ninety days of flexible work, rest days included") {
    const auto book = tests::book_of_2019();
    const auto year = range("2019-01-01", "2020-01-01");
    // 250 working days of 2019 at 0.1 are 25 days; the budget brings the others.
    struct Row { const char* name; Period home; std::int64_t budget_mday; Found found; };
    const Row rows[] = {
        {"90 days", with_home, 65'000, {}},
        {"more", with_home, 65'001, {"E_OVERLOAD 2019-01-01"}},
        {"more, but no home", no_home, 65'001, {}},
        {"more, but a home for a part only", range("2019-07-01", "2019-12-01"), 65'001, {}},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        auto person = somebody();
        person.affiliations.push_back(home_at(id(2), row.home));
        person.engagements = {engaged("ENC", continuous(100), year),
                              engaged("PRJ", budget(row.budget_mday), year)};
        CHECK(overloads(person, book) == row.found);
    }
}

TEST_CASE("a week of six working days counts all six") {
    const auto book = tests::book_of_2019();
    auto person = somebody();
    person.affiliations.push_back(home_at(id(2), with_home));
    person.engagements = {engaged("ENC", continuous(334), range("2019-09-01", "2019-10-01"))};
    CHECK(overloads(person, book) == Found{"E_OVERLOAD 2019-09-23"});
    person.engagements = {engaged("ENC", continuous(333), range("2019-09-01", "2019-10-01"))};
    CHECK(overloads(person, book).empty());
}

TEST_CASE("two engagements never hold the same half-day") {
    const auto book = tests::book_of_2019();
    const auto span = range("2019-11-01", "2019-12-01");
    struct Row { const char* name; EngagementCase a, b; Found found; };
    const Row rows[] = {
        {"other halves", engaged("PTW", weekly(0b01, "2019-01-01"), span),
         engaged("PTW", weekly(0b10, "2019-01-01"), span), {}},
        {"the same half", engaged("PTW", weekly(0b11, "2019-01-01"), span),
         engaged("PTW", weekly(0b10, "2019-01-01"), span), {"E_SLOT_CLASH 2019-11-04"}},
        {"weeks that alternate", engaged("PTW", weekly(monday, "2019-11-04", 2), span),
         engaged("PTW", weekly(monday, "2019-11-11", 2), span), {}},
        {"weeks that meet at last", engaged("PTW", weekly(monday, "2019-11-04", 2), span),
         engaged("PTW", weekly(monday, "2019-10-28", 3), span), {"E_SLOT_CLASH 2019-11-18"}},
        {"one after the other", engaged("PTW", weekly(monday, "2019-01-01"),
                                        range("2019-11-01", "2019-11-11")),
         engaged("PTW", weekly(monday, "2019-01-01"), range("2019-11-11", "2019-12-01")), {}},
        {"a dated half-day", engaged("EXP", dated({{day("2019-11-12"), 1}}), span),
         engaged("PTW", weekly(tuesday, "2019-01-01"), span), {"E_SLOT_CLASH 2019-11-12"}},
        {"a full season", engaged("SEA", seasonal({{11, 20, 12, 10}}, 1000), span),
         engaged("PTW", weekly(monday, "2019-01-01"), span), {"E_SLOT_CLASH 2019-11-25"}},
        {"half a season", engaged("SEA", seasonal({{11, 20, 12, 10}}, 500), span),
         engaged("PTW", weekly(monday, "2019-01-01"), span), {}},
        {"a full secondment and rest days", engaged("SEC", continuous(1000), span),
         engaged("SUN", weekly(saturday, "2019-01-01"), span), {}},
        {"budgets hold nothing", engaged("PRJ", budget(10'000), span),
         engaged("SEC", continuous(1000), span), {}},
        {"home leave takes the whole day", [&] {
             auto leave = engaged("PTW", weekly(0b01, "2019-01-01"), span);
             leave.home_leave = true;
             return leave;
         }(), engaged("PTW", weekly(0b10, "2019-01-01"), span), {"E_SLOT_CLASH 2019-11-04"}},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        auto person = somebody();
        person.engagements = {row.a, row.b};
        CHECK(clashes(person, book) == row.found);
        person.engagements = {row.b, row.a};
        CHECK(clashes(person, book) == row.found);
        person.engagements.back().spans = {{span.from, true}, {span.from, false}};
        CHECK(clashes(person, book).empty());
    }
}

TEST_CASE("a Sunday engineer gives a make-up Saturday free") {
    const auto book = tests::book_of_2019();
    const auto span = range("2019-10-08", "2019-10-14");
    auto person = somebody();
    person.engagements = {engaged("SUN", weekly(saturday, "2019-01-01"), span),
                          engaged("SEC", continuous(1000), span)};
    CHECK(clashes(person, book).empty());
    person.engagements.front().kind = "MPP";
    CHECK(clashes(person, book) == Found{"E_SLOT_CLASH 2019-10-12"});
}

TEST_CASE("secondment, leave and training come one at a time") {
    const auto book = tests::book_of_2019();
    const auto first = range("2019-09-01", "2019-11-01");
    for (const auto* kind : {"SEC", "DEP", "DSP", "EXP", "LVS", "PDJ"}) {
        INFO(kind);
        auto person = somebody();
        person.engagements = {engaged("SEC", continuous(500), first),
                              engaged(kind, continuous(500), range("2019-10-31", "2019-12-01"))};
        CHECK(second_posts(person, book) == Found{"E_SECOND_SECONDMENT 2019-10-31"});
        person.engagements.back().spans.front().from = day("2019-11-01");
        CHECK(second_posts(person, book).empty());
        person.engagements.back() = engaged("PRJ", budget(1'000), first);
        CHECK(second_posts(person, book).empty());
    }
}

TEST_CASE("an academician has one station, three when retired") {
    const auto book = tests::book_of_2019();
    struct Row { const char* name; const char* honoured; const char* retired; int stations;
                 std::size_t found; };
    const Row rows[] = {
        {"one", "2015-01-01", nullptr, 1, 0},
        {"two", "2015-01-01", nullptr, 2, 1},
        {"three, retired", "2015-01-01", "2018-01-01", 3, 0},
        {"four, retired", "2015-01-01", "2018-01-01", 4, 1},
        {"two, honoured later", "2019-11-01", nullptr, 2, 0},
        {"five, no academician", nullptr, nullptr, 5, 0},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        auto person = somebody();
        if (row.honoured) person.honours.push_back({"CAE", day(row.honoured)});
        if (row.retired)
            person.statuses.push_back({day(row.retired), {}, schema::TalentStatus::RETIRED});
        for (int i = 0; i < row.stations; ++i)
            person.engagements.push_back(engaged("STN", budget(90'000),
                                                 {day("2019-09-01") + i, day("2020-09-01")}));
        CHECK(second_posts(person, book).size() == row.found);
    }
}

// -- the naive recount ----------------------------------------------------------------------------
namespace {

struct Naive {
    std::set<std::string> weeks;
    std::set<std::string> years;
    bool clash = false;
};

/// Halves of a day by the words of domain.md, written again without the code under test.
int naive_halves(const Schedule& schedule, Date at, const ReferenceBook& book) {
    if (schedule.kind == schema::ScheduleKind::WEEKLY) {
        const int monday_at = at.days - at.weekday();
        const int monday_anchor = schedule.anchor.days - schedule.anchor.weekday();
        if ((monday_at - monday_anchor) / 7 % schedule.every_n_weeks != 0) return 0;
        return (schedule.mask14 >> (2 * at.weekday())) & 3;
    }
    if (schedule.kind == schema::ScheduleKind::DATES) {
        int halves = 0;
        for (const auto& slot : schedule.dates)
            if (slot.day == at) halves |= 1 << slot.half;
        return halves;
    }
    if (schedule.kind == schema::ScheduleKind::CONTINUOUS && schedule.load == 1000 &&
        book.is_workday(at))
        return 3;
    return 0;
}

Mdays naive_work(const EngagementCase& engagement, Date at, const ReferenceBook& book) {
    const auto& schedule = engagement.schedules.front().schedule;
    const bool workday = book.is_workday(at);
    if (schedule.kind == schema::ScheduleKind::CONTINUOUS)
        return workday ? Mdays{schedule.load, 0} : Mdays{};
    const int halves = naive_halves(schedule, at, book);
    const std::int64_t mday = 500 * ((halves & 1) + (halves >> 1));
    if (engagement.kind == "SUN" && workday) return {};
    return workday ? Mdays{mday, 0} : Mdays{0, mday};
}

bool counts(const EngagementCase& engagement) {
    return !engagement.home_leave && engagement.kind != "SEC";
}

Naive recount(const Person& person, const ReferenceBook& book, const Period& span) {
    Naive naive;
    struct Week { Mdays work; bool home = false, away = false, active = false; };
    std::map<Date, Week> weeks;
    std::map<int, std::int64_t> years;
    for (Date at = span.from; at < span.to; at = at + 1) {
        auto& week = weeks[at - at.weekday()];
        const bool home = person.home_on(at) != nullptr;
        int held = 0;
        bool flexible = false;
        bool away = false;
        for (const auto& engagement : person.engagements) {
            if (!engagement.active_on(at)) continue;
            int halves = naive_halves(engagement.schedules.front().schedule, at, book);
            if (engagement.kind == "SUN" && book.is_workday(at)) halves = 0;
            if (engagement.home_leave && book.is_workday(at) &&
                (halves != 0 || engagement.schedules.front().schedule.kind ==
                                    schema::ScheduleKind::CONTINUOUS))
                halves = 3;
            naive.clash |= (held & halves) != 0;
            held |= halves;
            away |= engagement.kind == "SEC";
            if (!counts(engagement)) continue;
            flexible = true;
            const auto work = naive_work(engagement, at, book);
            week.work.workday += work.workday;
            week.work.restday += work.restday;
            if (home) years[at.year()] += work.total();
        }
        if (!flexible) continue;
        week.home |= home;
        week.away |= away;
    }
    for (const auto& [monday_of, week] : weeks) {
        const std::int64_t cap = week.away ? 500 : week.home ? 2000 : 5000;
        if (week.work.workday > cap || week.work.restday > 1000)
            naive.weeks.insert(monday_of.text());
    }
    for (const auto& [year, total] : years)
        if (total > 90'000) naive.years.insert(std::to_string(year));
    return naive;
}

struct Dice {
    std::mt19937 source;
    int below(int bound) { return static_cast<int>(source() % static_cast<unsigned>(bound)); }
};

EngagementCase any_engagement(Dice& dice) {
    const Date from = day("2019-01-01") + dice.below(300);
    const Period period{from, from + 1 + dice.below(400)};
    const auto mask = static_cast<std::uint16_t>((1u << dice.below(14)) | (1u << dice.below(14)) |
                                                 (1u << dice.below(14)));
    switch (dice.below(6)) {
        case 0:
            return engaged("SUN", weekly(mask & (saturday | sunday), "2019-04-20",
                                         1 + dice.below(3)), period);
        case 1: {
            std::vector<Slot> slots;
            for (int i = 0; i < 5; ++i)
                slots.push_back({from + 17 * i, dice.below(2)});
            return engaged("PRJ", dated(slots), period);
        }
        case 2: return engaged("ENC", continuous(100 + 100 * dice.below(5)), period);
        case 3: return engaged("SEC", continuous(dice.below(2) ? 1000 : 500), period);
        default: {
            auto made = engaged("PTW", weekly(mask, "2019-02-20", 1 + dice.below(3)), period);
            made.home_leave = dice.below(5) == 0;
            if (dice.below(4) == 0) {
                made.spans.push_back({period.from + 20, false});
                made.spans.push_back({period.from + 50, true});
            }
            return made;
        }
    }
}

}  // namespace

TEST_CASE("the caps and the slots agree with a recount day by day for any person") {
    const auto book = tests::book_of_2019();
    const auto span = range("2018-12-31", "2021-03-01");
    int overloaded = 0, clashing = 0;
    for (unsigned seed = 0; seed < 400; ++seed) {
        INFO("seed " << seed);
        Dice dice{std::mt19937(seed)};
        auto person = somebody();
        if (dice.below(4) != 0) {
            const Date from = day("2018-06-01") + dice.below(500);
            person.affiliations.push_back(home_at(id(2), {from, from + 100 + dice.below(600)}));
        }
        for (int count = 1 + dice.below(4); count > 0; --count)
            person.engagements.push_back(any_engagement(dice));
        const auto naive = recount(person, book, span);
        std::set<std::string> expected;
        for (const auto& monday_of : naive.weeks) expected.insert("E_OVERLOAD " + monday_of);
        for (const auto& year : naive.years) expected.insert("E_OVERLOAD " + year + "-01-01");
        const auto found = overloads(person, book);
        CHECK(std::set<std::string>(found.begin(), found.end()) == expected);
        CHECK(!clashes(person, book).empty() == naive.clash);
        overloaded += !expected.empty();
        clashing += naive.clash;
    }
    CHECK(overloaded > 100);
    CHECK(clashing > 50);
}
