// The agenda: of whom the clock will ask something, and when.
#include "projections/agenda.h"

#include <catch2/catch.hpp>
#include <thread>

#include "projections/storage/store.h"
#include "tests/projections/cases.h"

namespace {

using events::Date;
using test::Cases;
using test::fresh_id;

Date day(const char* text) {
    return *Date::parse(text);
}

/// `2021-04-01 <talent>` of everybody due by the end of 2030.
std::vector<std::string> agenda_of(const projections::Views& views) {
    std::vector<std::string> out;
    for (const auto& due : views.due(day("2030-12-31")))
        out.push_back(due.day.text() + " " + due.talent.text());
    return out;
}

/// People with an open transfer, one that took effect, and engagements that run.
struct Busy {
    Cases cases;
    test::Seat from = cases.employer("510107"), to = cases.employer("511502");
    std::string moving = cases.talent(), moved = cases.talent(), helping = cases.talent();
    std::string transfer = fresh_id();

    Busy() {
        const auto home = cases.home(moved, from, "2015-01-01");
        cases.home(moving, from, "2015-01-01");
        cases.home(helping, from, "2015-01-01");
        cases.transfer(moved, home, from, to, "2020-05-01", fresh_id());
        cases.say("TransferRequested", "transfer/" + transfer,
                  fmt::format(R"({{"talent":"{}","mode":"CONSENT","from_employer":"{}",)"
                              R"("to_employer":"{}","to_site":"{}","target_team":"ZJ",)"
                              R"("target_staffing":"CONTRACT"}})",
                              moving, from.employer, to.employer, to.site),
                  "2021-02-01");
        cases.engagement(helping, to, "511502", "2020-12-01", "2021-06-01");
    }
    ledger::Ledger& ledger() { return *cases.fixture.ledger; }
    void set_lapse_days(int days) {
        cases.say("ParameterSet", "", fmt::format(R"({{"name":"lapse_days","value":{}}})", days),
                  "2021-01-01");
    }
};

/// Arguments: the round; the higher, the later the kill comes.
void fold_until_killed(test::LedgerFixture& fixture, const test::Arguments& given) {
    const auto round = std::stoul(given.at(0));
    fixture.open();
    auto views = projections::Views::open(fixture.folder.path() / "views", *fixture.ledger, 3);
    if (!views) ::_exit(98);
    std::thread([&] { (void)(*views)->catch_up(false); }).detach();
    while ((*views)->position() < 15 * round) std::this_thread::yield();
    ::kill(::getpid(), SIGKILL);
}
const test::Crash agenda_half_made{"agenda half made", fold_until_killed};

}  // namespace

TEST_CASE("The agenda holds one day for each person with something to come", "[projections]") {
    Busy busy;
    test::ViewsFixture views(busy.ledger());
    views.catch_up();
    // Asked for on 2021-01-01: ninety days. The engagement ends: the day after.
    CHECK(agenda_of(*views.views) ==
          std::vector<std::string>{"2021-04-01 " + busy.moving, "2021-06-02 " + busy.helping});
    CHECK(views.views->due(day("2021-03-31")).empty());
    CHECK(views.views->due(day("2021-04-01")).size() == 1);

    SECTION("a step puts the day off, an end takes it off") {
        busy.cases.say({busy.cases.event("TransferWithdrawn", "transfer/" + busy.transfer, "{}", "",
                                         "", false)},
                       test::actor(events::Role::T));
        views.catch_up();
        CHECK(agenda_of(*views.views) == std::vector<std::string>{"2021-06-02 " + busy.helping});
    }
    SECTION("a parameter that deadlines rest on moves everybody's day") {
        busy.set_lapse_days(30);
        views.catch_up();
        CHECK(agenda_of(*views.views).front() == "2021-01-31 " + busy.moving);
    }
}

TEST_CASE("The agenda is the same after a restart and after a rebuild", "[projections]") {
    Busy busy;
    const auto dir = busy.cases.fixture.folder.path() / "views";
    const auto open = [&] {
        auto views = projections::Views::open(dir, busy.ledger(), 4);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false));
        return std::move(*views);
    };
    const auto before = agenda_of(*open());
    CHECK(before.size() == 2);
    CHECK(agenda_of(*open()) == before);
    busy.set_lapse_days(30);
    busy.cases.engagement(busy.moved, busy.from, "510107", "2020-12-01", "2021-03-01");
    const auto after = agenda_of(*open());
    CHECK(after.size() == 3);
    CHECK(agenda_of(*open()) == after);
    test::ViewsFixture rebuilt(busy.ledger());
    rebuilt.catch_up();
    CHECK(agenda_of(*rebuilt.views) == after);
    CHECK(*rebuilt.views->digests() == *open()->digests());
    CHECK(rebuilt.views->digests()->views.contains("agenda"));
}

TEST_CASE("A kill while people come and go leaves the agenda whole", "[projections]") {
    Busy busy;
    for (int i = 0; i < 8; ++i) {
        const auto talent = busy.cases.talent();
        busy.cases.home(talent, busy.from, "2015-01-01");
        const auto engagement =
            busy.cases.engagement(talent, busy.to, "511502", "2020-12-01", "2021-06-01");
        if (i % 2 == 0)
            busy.cases.say("EngagementTerminated", "engagement/" + engagement,
                           R"({"reason":"done"})", "2020-12-20");
    }
    auto& fixture = busy.cases.fixture;
    const auto dir = fixture.folder.path() / "views";
    for (unsigned round = 1; round < 5; ++round) {
        const int status = fixture.crash_after("agenda half made", {std::to_string(round)});
        REQUIRE(WIFSIGNALED(status));
        fixture.open();
        auto views = projections::Views::open(dir, *fixture.ledger, 3);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false));
        test::ViewsFixture rebuilt(*fixture.ledger);
        rebuilt.catch_up();
        CHECK(agenda_of(**views) == agenda_of(*rebuilt.views));
        CHECK(*(*views)->digests() == *rebuilt.views->digests());
        views->reset();
        std::filesystem::remove_all(dir);
    }
}

TEST_CASE("Only what has changed since the last batch is written", "[projections]") {
    projections::Agenda agenda;
    const events::Id one{{1}}, two{{2}};
    std::vector<std::pair<std::string, std::string>> notes;
    std::vector<std::string> dropped;
    agenda.set(one, day("2021-04-01"));
    agenda.set(two, day("2021-03-01"));
    agenda.set(two, std::nullopt);
    agenda.take_changes(notes, dropped);
    CHECK(notes.size() == 1);
    CHECK(dropped.size() == 1);
    notes.clear();
    agenda.set(one, day("2021-04-01"));
    agenda.take_changes(notes, dropped);
    CHECK(notes.empty());

    projections::Agenda restored;
    agenda.set(one, day("1960-01-01"));
    agenda.take_changes(notes, dropped);
    REQUIRE(restored.restore(notes.front().first, notes.front().second));
    CHECK(restored.due(day("1960-01-01")) == agenda.due(day("1960-01-01")));
    CHECK_FALSE(restored.restore("A", "x"));
}
