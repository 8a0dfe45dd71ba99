// The list of breaches: what a correction of a site, a calendar or a parameter leaves broken, and
// handovers that are late, now and as of any earlier moment (settled.md 2.3, INV-X7).
#include <catch2/catch.hpp>

#include "tests/projections/cases.h"

namespace {

using test::Cases;
using test::fresh_id;
using test::Parameters;
using List = std::vector<std::string>;

/// `E_NO_SITE 2015-01-01` of each row, in the order of the answer.
List listed(const test::ViewsFixture& views, Parameters parameters = {}) {
    List out;
    const auto answer = views.ask("breaches", std::move(parameters));
    for (const auto& row : answer.at("rows").as_array()) {
        const auto& cells = row.as_object();
        out.push_back(test::text(cells.at("code")) + " " + test::text(cells.at("since")));
    }
    return out;
}

std::string parameter(Cases& cases, const std::string& name, int value, const std::string& from) {
    return cases.say("ParameterSet", "", fmt::format(R"({{"name":"{}","value":{}}})", name, value),
                     from);
}

/// Everything as it was before, also when folded again from nothing.
void check_rebuilt(const test::ViewsFixture& views) {
    test::ViewsFixture again(views.ledger);
    again.catch_up();
    CHECK(*again.views->digests() == *views.views->digests());
    CHECK(listed(again) == listed(views));
}

}  // namespace

TEST_CASE("A corrected site lists those who were there too early, until it is put right",
          "[projections]") {
    Cases cases;
    test::ViewsFixture views(*cases.fixture.ledger);
    test::Seat seat{fresh_id(), fresh_id()};
    seat.employer = cases.employer("510107").employer;
    const auto opened = cases.say(
        "SiteOpened", "employer/" + seat.employer,
        fmt::format(R"({{"site":"{}","region":"510107","function":"HQ"}})", seat.site),
        "2010-01-01");
    const auto early = cases.talent();
    const auto home = cases.home(early, seat, "2015-01-01");
    cases.home(cases.talent(), seat, "2018-01-01");
    views.catch_up();
    CHECK(listed(views).empty());
    const auto before = cases.now();

    const auto correction = cases.amend({cases.correct_event("employer/" + seat.employer,
                                                             opened + "#0", "2016-01-01")});
    const auto broken = cases.now();
    views.catch_up();
    CHECK(listed(views) == List{"E_NO_SITE 2015-01-01"});
    const auto rows = views.ask("breaches", {}).at("rows").as_array();
    const auto& row = rows.front().as_object();
    CHECK(test::text(row.at("talent")) == early);
    CHECK(test::text(row.at("event_type")) == "AffiliationStarted");
    CHECK(test::text(row.at("until")) == "null");
    const auto cause = test::text(row.at("caused_by_type"));
    CHECK((cause == "EventCorrected" || cause == "ActionApproved"));
    CHECK(listed(views, {{"known_at", before}}).empty());
    CHECK(listed(views, {{"effective_at", "2014-12-31"}}).empty());
    CHECK(listed(views, {{"code", "E_AGE"}}).empty());
    CHECK(listed(views, {{"code", "E_AGE,E_NO_SITE"}, {"talent", early}}).size() == 1);
    CHECK(views.try_ask("breaches", {{"by", "zone"}}).error().code == "E_UNKNOWN_PARAMETER");

    SECTION("what happens to the person in between does not change the cause") {
        cases.say("TalentAmended", "talent/" + early, R"({"degree":"2"})", "2020-01-01");
        views.catch_up();
        const auto later = views.ask("breaches", {}).at("rows").as_array();
        CHECK(later.front().as_object() == row);
    }
    SECTION("the person is put right") {
        cases.amend({cases.correct_event("talent/" + early, home, "2016-02-01")});
        views.catch_up();
        CHECK(listed(views).empty());
    }
    SECTION("the site is put right") {
        cases.amend({cases.retract_event("employer/" + seat.employer, correction + "#0")});
        views.catch_up();
        CHECK(listed(views).empty());
    }
    CHECK(listed(views, {{"known_at", broken}}) == List{"E_NO_SITE 2015-01-01"});
    check_rebuilt(views);
}

TEST_CASE("Two sites of one region make an engagement between them a breach", "[projections]") {
    Cases cases;
    test::ViewsFixture views(*cases.fixture.ledger);
    const auto home = cases.employer("510107");
    test::Seat branch{home.employer, fresh_id()};
    const auto opened = cases.say(
        "SiteOpened", "employer/" + branch.employer,
        fmt::format(R"({{"site":"{}","region":"511502","function":"PLANT"}})", branch.site),
        "2000-01-01");
    const auto talent = cases.talent();
    cases.home(talent, home, "2015-01-01");
    cases.engagement(talent, branch, "511502", "2020-02-01", "2020-12-01");
    views.catch_up();
    CHECK(listed(views).empty());
    cases.amend({cases.event(
        "EventCorrected", "employer/" + home.employer,
        fmt::format(R"({{"target":"{}#0","replacement_type":"SiteOpened","replacement":)"
                    R"({{"site":"{}","region":"510107","function":"PLANT"}},"reason":"TYPO"}})",
                    opened, branch.site),
        "", "", false)});
    views.catch_up();
    CHECK(listed(views) == List{"E_SAME_SITE 2020-02-01"});
    check_rebuilt(views);
}

TEST_CASE("A parameter lists whom it leaves outside, and no longer once it is put right",
          "[projections]") {
    struct Row { const char* name; int value; List broken; };
    const Row rows[] = {
        {"first_affiliation_age", 36, {"E_AGE 2015-01-01"}},
        {"load_week_home_mday", 400, {"E_OVERLOAD 2020-02-03", "E_OVERLOAD 2020-02-10"}},
        {"lapse_days", 1, {}},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Cases cases;
        test::ViewsFixture views(*cases.fixture.ledger);
        const auto seat = cases.employer("510107");
        const auto talent = cases.talent();  // born in 1980
        cases.home(talent, seat, "2015-01-01");
        cases.engagement(talent, cases.employer("511502"), "511502", "2020-02-03", "2020-02-17");
        views.catch_up();
        CHECK(listed(views).empty());
        const auto set = parameter(cases, row.name, row.value, "2010-01-01");
        views.catch_up();
        CHECK(listed(views) == row.broken);
        cases.amend({cases.retract_event("", set + "#0")});
        views.catch_up();
        CHECK(listed(views).empty());
        check_rebuilt(views);
    }
}

TEST_CASE("An employer that ended earlier than was known leaves people behind", "[projections]") {
    Cases cases;
    test::ViewsFixture views(*cases.fixture.ledger);
    const auto seat = cases.employer("510107");
    const auto talent = cases.talent();
    const auto home = cases.home(talent, seat, "2015-01-01");
    cases.end(talent, home, "2019-01-01");
    const auto ended = cases.say("EmployerDissolved", "employer/" + seat.employer, "{}",
                                 "2020-01-01");
    views.catch_up();
    CHECK(listed(views).empty());
    cases.amend({cases.correct_event("employer/" + seat.employer, ended + "#0", "2018-06-01")});
    views.catch_up();
    CHECK(listed(views) == List{"E_OPEN_AFFILIATIONS 2018-06-01"});
    check_rebuilt(views);
}

TEST_CASE("Files and insurance are listed from the day they are late until they follow",
          "[projections]") {
    Cases cases;
    test::ViewsFixture views(*cases.fixture.ledger);
    const auto from = cases.employer("510107"), to = cases.employer("511502");
    const auto talent = cases.talent();
    const auto transfer = fresh_id();
    cases.transfer(talent, cases.home(talent, from, "2015-01-01"), from, to, "2020-05-01",
                   transfer);
    const auto moved = cases.now();
    views.catch_up();
    const List both{"W_FILE_LATE 2020-05-17", "W_INSURANCE_LATE 2020-05-17"};
    CHECK(listed(views) == both);
    CHECK(listed(views, {{"effective_at", "2020-05-16"}}).empty());
    CHECK(listed(views, {{"effective_at", "2020-05-17"}}) == both);

    cases.say("InsuranceTransferred", "transfer/" + transfer, R"({"scheme":"PENSION"})",
              "2020-05-10");
    cases.say("FileHandedOver", "transfer/" + transfer,
              R"({"custodian_from":"a","custodian_to":"b"})", "2020-06-01");
    views.catch_up();
    CHECK(listed(views).empty());  // both have followed by now
    CHECK(listed(views, {{"effective_at", "2020-05-20"}}) == List{"W_FILE_LATE 2020-05-17"});
    CHECK(listed(views, {{"effective_at", "2020-06-01"}}).empty());
    CHECK(listed(views, {{"known_at", moved}}) == both);
    const auto rows =
        views.ask("breaches", {{"effective_at", "2020-05-20"}}).at("rows").as_array();
    CHECK(test::text(rows.front().as_object().at("until")) == "2020-06-01");
    CHECK(test::text(rows.front().as_object().at("event_type")) == "TransferEffected");
    check_rebuilt(views);
}

TEST_CASE("The list of breaches survives a restart with its causes", "[projections]") {
    Cases cases;
    const auto dir = cases.fixture.folder.path() / "views";
    const std::atomic<bool> stop{false};
    const auto open = [&] {
        auto views = projections::Views::open(dir, *cases.fixture.ledger, 4);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(stop));
        return std::move(*views);
    };
    const auto ask = [&](const projections::Views& views) {
        auto answer = views.answer(
            {"breaches", "", {}, *events::Instant::parse("2021-12-31T00:00:00+08:00")});
        REQUIRE(answer);
        return answer->at("rows").as_array();
    };
    const auto seat = cases.employer("510107");
    const auto talent = cases.talent();
    cases.home(talent, seat, "2015-01-01");
    parameter(cases, "first_affiliation_age", 36, "2010-01-01");
    auto views = open();
    const auto before = ask(*views);
    REQUIRE(before.size() == 1);
    views.reset();
    cases.say("TalentAmended", "talent/" + talent, R"({"degree":"2"})", "2020-01-01");
    views = open();
    CHECK(ask(*views) == before);
    test::ViewsFixture rebuilt(*cases.fixture.ledger);
    rebuilt.catch_up();
    CHECK(*rebuilt.views->digests() == *views->digests());
    CHECK(rebuilt.ask("breaches", {}).at("rows").as_array() == before);
}
