// Engagements by INV-F1 to F12: every refusal beside what is allowed.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "events/rules/engagement.h"
#include "tests/rules/desk.h"

using namespace events;
using tests::Asked;
using tests::Desk;

namespace {

const std::string saturdays =
    R"({"kind":"WEEKLY","slots":["SAT_AM","SAT_PM"],"every_n_weeks":2,"anchor":"2019-04-20"})";
const std::string mondays = R"({"kind":"WEEKLY","slots":["MON_AM","MON_PM"]})";
const std::string tuesdays = R"({"kind":"WEEKLY","slots":["TUE_AM","TUE_PM"]})";
const std::string always = R"({"kind":"CONTINUOUS"})";

std::string days(int mday) { return fmt::format(R"({{"kind":"DAYS","budget_mday":{}}})", mday); }

struct Plan {
    const char* name = "F";
    const char* talent = "T1";
    const char* host = "E2";
    const char* site = "S2";
    const char* kind = "SUN";
    std::string schedule = saturdays;
    int load = 200;
    const char* from = "2019-04-20";
    const char* to = "2020-04-20";
    const char* region = "513401";
    const char* extra = "";
};

Asked propose(const Plan& plan) {
    return {"EngagementProposed", fmt::format("engagement/{}", plan.name),
            fmt::format(R"({{"talent":'{}',"host_employer":'{}',"host_site":'{}',)"
                        R"("region_served":"{}",)"
                        R"("place_of_work":"{}","kind":"{}","schedule":{},"load":{}{}}})",
                        plan.talent, plan.host, plan.site, plan.region, plan.region, plan.kind,
                        plan.schedule, plan.load, plan.extra),
            plan.from, plan.to};
}

Asked step(std::string_view type, std::string_view name = "F", std::string_view payload = "{}",
           std::string_view from = {}, std::string_view to = {}) {
    return {std::string(type), fmt::format("engagement/{}", name), std::string(payload),
            std::string(from), std::string(to)};
}

Asked consent(std::string_view party, std::string_view name = "F") {
    return step("EngagementConsented", name, fmt::format(R"({{"party":"{}"}})", party));
}

Asked activate(const Plan& plan) { return step("EngagementActivated", plan.name, "{}", plan.from); }

Asked serve(std::string_view month, int workday, int restday, std::string_view name = "F",
            std::string_view extra = {}) {
    const auto first = Date::parse(std::string(month) + "-01").value();
    return step("ServiceRendered", name,
                fmt::format(R"({{"workday_mday":{},"restday_mday":{},"region_served":"513401",)"
                            R"("place":"513401"{}}})",
                            workday, restday, extra),
                first.text(), first.first_of_next_month().text());
}

Role role_of(std::string_view party) {
    if (party == "TALENT") return Role::T;
    if (party == "HOME") return Role::E;
    return party == "HOST" ? Role::H : Role::P;
}

/// T1 at E1 and T2 at E8 (establishment), T3 without a home, T4 an academician at E1.
struct Story {
    Story() {
        desk.person("T1", "E1", "S1");
        desk.person("T2", "E8", "S8", "ESTABLISHMENT");
        desk.person("T3");
        desk.person("T4", "E1", "S1", "CONTRACT", "ZJ",
                    R"(,"honours":[{"code":"CAE","since":"2015-01-01"}])");
        desk.on("2019-04-10");
    }
    /// Proposes and collects what the kind needs; the code of the activation.
    std::string start(const Plan& plan) {
        desk.must(Role::H, propose(plan));
        for (const auto* party : {"TALENT", "HOME", "AUTHORITY"})
            if (state(plan) == EngagementState::proposed)
                desk.must(role_of(party), consent(party, plan.name));
        return desk.tell(Role::H, activate(plan));
    }
    EngagementState state(const Plan& plan = {}) {
        return desk.engagement(plan.talent, plan.name).state;
    }
    Desk desk;
};

}  // namespace

TEST_CASE("a proposal must fit its kind, its places and its people") {
    struct Row { const char* name; Plan plan; const char* code; };
    const Row rows[] = {
        {"as in the story", {}, ""},
        {"an unknown person", {.talent = "T9"}, "E_NO_TALENT"},
        {"an unknown host", {.host = "E9"}, "E_NO_EMPLOYER"},
        {"a site of another", {.site = "S3"}, "E_NO_SITE"},
        {"the home's own site", {.host = "E1", .site = "S1", .region = "510107"}, "E_SAME_SITE"},
        {"the home in another region", {.host = "E1", .site = "S1b", .region = "513201"}, ""},
        {"a region abroad", {.region = "EXT-DEU"}, "E_REGION_SERVED"},
        {"a load above the kind", {.load = 201}, "E_LOAD"},
        {"a year for SUN", {.to = "2020-04-20"}, ""},
        {"a day more", {.to = "2020-04-21"}, "E_TERM"},
        {"three years for PTW", {.kind = "PTW", .schedule = mondays, .to = "2022-04-20"}, ""},
        {"a day more for PTW", {.kind = "PTW", .schedule = mondays, .to = "2022-04-21"}, "E_TERM"},
        {"SUN on a Monday", {.schedule = mondays}, "E_REST_SLOTS_ONLY"},
        {"SUN by budget", {.schedule = days(10'000)}, "E_REST_SLOTS_ONLY"},
        {"SUN on a listed holiday",
         {.schedule = R"({"kind":"DATES","dates":[{"date":"2019-05-01","half":"AM"}]})"}, ""},
        {"SUN on a make-up Sunday",
         {.schedule = R"({"kind":"DATES","dates":[{"date":"2019-04-28","half":"AM"}]})"},
         "E_REST_SLOTS_ONLY"},
        {"a date outside the period",
         {.kind = "EXP", .schedule = R"({"kind":"DATES","dates":[{"date":"2019-04-19",)"
                                     R"("half":"AM"}]})"},
         "E_SCHEDULE_DATES"},
        {"a half-day listed twice",
         {.kind = "EXP",
          .schedule = R"({"kind":"DATES","dates":[{"date":"2019-04-22","half":"AM"},)"
                      R"({"date":"2019-04-22","half":"AM"}]})"},
         "E_SCHEDULE_DATES"},
        {"a weekly schedule with a budget",
         {.schedule = R"({"kind":"WEEKLY","slots":["SAT_AM"],"budget_mday":5})"}, "E_SCHEDULE"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        CHECK(story.desk.tell(Role::H, propose(row.plan)) == row.code);
    }
}

TEST_CASE("a proposal keeps the home employer of its time and stands in its stream") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, propose({}));
    const auto& stored = *trusted_event(desk.log().bytes(desk.log().size() - 1))
                              .payload_as_EngagementProposed();
    CHECK(Id::of(*stored.home_employer()) == Desk::id("E1"));
    const auto stands_in = [&](const char* employer) {
        return desk.log().streams().at({StreamKind::employer, Desk::id(employer)}).back() ==
               desk.log().size() - 1;
    };
    CHECK(stands_in("E1"));
    CHECK(stands_in("E2"));
    desk.must(Role::T, consent("TALENT"));
    CHECK(stands_in("E1"));
    CHECK(stands_in("E2"));
    desk.must(Role::H, propose({.name = "G", .talent = "T3"}));
    CHECK_FALSE(stands_in("E1"));
    CHECK_FALSE(desk.engagement("T3", "G").home_employer);
}

TEST_CASE("each kind waits for the consents of its row, the proposer's own is implied") {
    struct Row { const char* kind; const char* talent; std::string schedule; int load;
                 std::vector<const char*> needed; };
    const Row rows[] = {
        {"SUN", "T1", saturdays, 200, {"TALENT"}},
        {"CON", "T1", days(10'000), 200, {"TALENT"}},
        {"MPP", "T1", mondays, 200, {"TALENT"}},
        {"PTW", "T1", mondays, 200, {"TALENT", "HOME"}},
        {"PRJ", "T1", days(10'000), 200, {"HOME", "TALENT"}},
        {"REM", "T1", days(10'000), 200, {"HOME", "TALENT"}},
        {"ENC", "T1", always, 200, {"HOME", "TALENT"}},
        {"TFS", "T1", days(10'000), 200, {"HOME", "TALENT"}},
        {"STN", "T1", days(10'000), 200, {"HOME", "TALENT"}},
        {"SEC", "T1", always, 1000, {"HOME", "TALENT"}},
        {"LVS", "T1", always, 1000, {"HOME", "TALENT"}},
        {"PDJ", "T1", always, 1000, {"HOME", "TALENT"}},
        {"DEP", "T1", always, 1000, {"AUTHORITY", "HOME", "TALENT"}},
        {"DSP", "T1", always, 1000, {"AUTHORITY", "TALENT"}},
        {"PTW", "T3", mondays, 200, {"TALENT"}},
        {"DEP", "T3", always, 1000, {"AUTHORITY", "TALENT"}},
        {"SEA", "T1", R"({"kind":"SEASONAL","windows":[{"from":"11-01","to":"03-31"}]})", 300,
         {"HOME", "TALENT"}},
    };
    for (const auto& row : rows) {
        INFO(row.kind << " of " << row.talent);
        Story story;
        auto& desk = story.desk;
        const Plan plan{.talent = row.talent, .kind = row.kind, .schedule = row.schedule,
                        .load = row.load};
        desk.must(Role::H, propose(plan));
        for (const auto* party : row.needed) {
            CHECK(story.state(plan) == EngagementState::proposed);
            CHECK(desk.tell(Role::H, activate(plan)) == "E_CONSENT_MISSING");
            CHECK(desk.tell(Role::H, consent(party)) == "E_ROLE");
            CHECK(desk.tell(role_of(party), consent(party)) == "");
        }
        CHECK(story.state(plan) == EngagementState::consented);
        CHECK(desk.tell(Role::H, activate(plan)) == "");
        CHECK(story.state(plan) == EngagementState::active);
    }
}

TEST_CASE("the proposal of the talent or of the authority says their own consent") {
    for (const auto role : {Role::T, Role::M}) {
        Story story;
        auto& desk = story.desk;
        const Plan plan{.kind = "DEP", .schedule = always, .load = 1000};
        desk.must(role, propose(plan));
        const char* own = role == Role::T ? "TALENT" : "AUTHORITY";
        CHECK(desk.tell(role == Role::T ? Role::T : Role::P, consent(own)) == "E_ALREADY_GIVEN");
        for (const auto* party : {"TALENT", "HOME", "HOST", "AUTHORITY"})
            if (std::string_view(party) != own) desk.must(role_of(party), consent(party));
        CHECK(story.state(plan) == EngagementState::consented);
    }
}

TEST_CASE("a retired person's season needs no home consent, other kinds do") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::S, {"TalentStatusChanged", "talent/T1", R"({"status":"RETIRED"})",
                        "2019-04-01"});
    const Plan season{.kind = "SEA",
                      .schedule = R"({"kind":"SEASONAL","windows":[{"from":"11-01",)"
                                  R"("to":"03-31"}]})"};
    desk.must(Role::H, propose(season));
    desk.must(Role::T, consent("TALENT"));
    CHECK(story.state() == EngagementState::consented);
    const Plan project{.name = "G", .kind = "PRJ", .schedule = days(5'000)};
    desk.must(Role::H, propose(project));
    desk.must(Role::T, consent("TALENT", "G"));
    CHECK(story.state(project) == EngagementState::proposed);
}

TEST_CASE("an engagement is active inside its agreed period only") {
    struct Row { const char* from; const char* code; };
    const Row rows[] = {{"2019-04-19", "E_ENGAGEMENT_PERIOD"}, {"2019-04-20", ""},
                        {"2019-06-01", ""}, {"2020-04-19", ""},
                        {"2020-04-20", "E_ENGAGEMENT_PERIOD"}};
    for (const auto& row : rows) {
        INFO(row.from);
        Story story;
        story.desk.must(Role::H, propose({}));
        story.desk.must(Role::T, consent("TALENT"));
        story.desk.on("2020-03-01");
        CHECK(story.desk.tell(Role::H, activate({.from = row.from})) == row.code);
    }
}

TEST_CASE("an engagement never touches affiliations") {
    Story story;
    const auto before = story.desk.who("T1").affiliations.size();
    REQUIRE(story.start({}) == "");
    CHECK(story.desk.who("T1").affiliations.size() == before);
    CHECK(story.desk.who("T1").home_on(Date::of(2019, 6, 1))->employer == Desk::id("E1"));
}

TEST_CASE("activation is refused where slots, loads or posts collide, and nothing changes") {
    struct Row { const char* name; Plan first, second; const char* code; };
    const Plan ptw{.kind = "PTW", .schedule = mondays};
    const Plan secondment{.kind = "SEC", .schedule = always, .load = 500};
    const Row rows[] = {
        {"the same Monday", ptw, {.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
                                  .schedule = mondays}, "E_SLOT_CLASH"},
        {"Monday and Tuesday", ptw, {.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
                                     .schedule = tuesdays}, ""},
        {"half a day too many",
         {.kind = "PTW", .schedule = R"({"kind":"WEEKLY","slots":["MON_AM","MON_PM","TUE_AM"]})"},
         {.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
          .schedule = R"({"kind":"WEEKLY","slots":["FRI_AM","FRI_PM"]})"}, "E_OVERLOAD"},
        {"a second secondment", secondment,
         {.name = "G", .host = "E3", .site = "S3", .kind = "LVS", .schedule = always,
          .load = 300}, "E_SECOND_SECONDMENT"},
        {"a day beside a secondment", secondment, {.name = "G", .host = "E3", .site = "S3",
                                                   .kind = "PTW", .schedule = mondays},
         "E_OVERLOAD"},
        {"half a day beside a secondment", secondment,
         {.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
          .schedule = R"({"kind":"WEEKLY","slots":["MON_AM"]})"}, ""},
        {"a Monday beside a full secondment", {.kind = "SEC", .schedule = always, .load = 1000},
         {.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
          .schedule = R"({"kind":"WEEKLY","slots":["MON_AM"]})"}, "E_SLOT_CLASH"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        REQUIRE(story.start(row.first) == "");
        CHECK(story.start(row.second) == row.code);
        CHECK(story.state(row.second) == (*row.code == '\0' ? EngagementState::active
                                                            : EngagementState::consented));
        // What was refused is possible once the first has ended.
        if (*row.code == '\0') continue;
        story.desk.must(Role::H, step("EngagementTerminated", "F", R"({"reason":"done"})",
                                      "2019-04-20"));
        CHECK(story.desk.tell(Role::H, activate(row.second)) == "");
    }
}

TEST_CASE("an academician's second station is refused, a retired one's fourth") {
    for (const bool retired : {false, true}) {
        Story story;
        auto& desk = story.desk;
        if (retired)
            desk.must(Role::S, {"TalentStatusChanged", "talent/T4", R"({"status":"RETIRED"})",
                                "2019-04-01"});
        const char* names[] = {"A", "B", "C", "D"};
        for (int i = 0; i < 4; ++i) {
            INFO(names[i]);
            const bool second = i % 2 == 1;
            const Plan plan{.name = names[i], .talent = "T4", .host = second ? "E3" : "E2",
                            .site = second ? "S3" : "S2", .kind = "STN",
                            .schedule = days(90'000), .load = 500};
            const int cap = retired ? 3 : 1;
            CHECK(story.start(plan) == (i < cap ? "" : "E_STATION_CAP"));
        }
    }
}

TEST_CASE("a home that begins or moves to the host site breaks the engagement there") {
    Story story;
    auto& desk = story.desk;
    const Plan plan{.host = "E1", .site = "S1b", .region = "513201"};
    REQUIRE(story.start(plan) == "");
    CHECK(desk.tell(Role::E, {"SiteRelocated", "talent/T1",
                              fmt::format(R"({{"affiliation":{},"from_site":'S1',)"
                                          R"("to_site":'S1b'}})",
                                          desk.home_of("T1")), "2019-05-01"}) == "E_SAME_SITE");
    CHECK(desk.tell(Role::E, {"SiteRelocated", "talent/T1",
                              fmt::format(R"({{"affiliation":{},"from_site":'S1',)"
                                          R"("to_site":'S1b'}})",
                                          desk.home_of("T1")), "2020-04-20"}) != "E_SAME_SITE");
}

TEST_CASE("a new home with a tighter cap is refused until the load fits") {
    Story story;
    auto& desk = story.desk;
    const Plan plan{.talent = "T3", .kind = "PTW",
                    .schedule = R"({"kind":"WEEKLY","slots":["MON_AM","MON_PM","TUE_AM",)"
                                R"("TUE_PM","WED_AM","WED_PM"]})",
                    .from = "2019-05-06", .to = "2019-09-01"};
    REQUIRE(story.start(plan) == "");
    const Asked home{"AffiliationStarted", "talent/T3",
                     R"({"employer":'E3',"site":'S3',"kind":"FULL_TIME_HOME",)"
                     R"("staffing":"CONTRACT","team":"ZJ"})",
                     "2019-05-15"};
    CHECK(desk.tell(Role::M, home) == "E_OVERLOAD");
    // That very week is judged by its days before the home.
    desk.must(Role::H, step("EngagementTerminated", "F", R"({"reason":"a new home"})",
                            "2019-05-15"));
    CHECK(desk.tell(Role::M, home) == "");
}

TEST_CASE("service is recorded from the last active day of its month, once, inside active time") {
    struct Row { const char* name; const char* today; Asked asked; const char* code; };
    const Row rows[] = {
        {"before the last day", "2019-04-29", serve("2019-04", 0, 1000), "E_SERVICE_RANGE"},
        {"on the last day", "2019-04-30", serve("2019-04", 0, 1000), ""},
        {"before the engagement", "2019-04-30", serve("2019-03", 0, 1000), "E_SERVICE_RANGE"},
        {"a future month", "2019-04-30", serve("2019-05", 0, 1000), "E_SERVICE_RANGE"},
        {"more days than were active", "2019-04-30", serve("2019-04", 0, 11'500),
         "E_SERVICE_RANGE"},
        {"no half-day", "2019-04-30", serve("2019-04", 0, 750), "E_SERVICE_UNIT"},
        {"by hours", "2019-04-30", serve("2019-04", 0, 750, "F", R"(,"by_hours":true)"), ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        REQUIRE(story.start({}) == "");
        story.desk.on(row.today);
        CHECK(story.desk.tell(Role::H, row.asked) == row.code);
    }
    Story story;
    REQUIRE(story.start({}) == "");
    story.desk.on("2019-06-30");
    CHECK(story.desk.tell(Role::H, serve("2019-06", 0, 3000)) == "");
    CHECK(story.desk.tell(Role::H, serve("2019-06", 0, 3000)) == "E_SERVICE_TWICE");
    CHECK(story.desk.tell(Role::H, serve("2019-05", 0, 2000)) == "");
}

TEST_CASE("service above 120 percent of the plan is flagged, at the limit it is not") {
    // Five Saturdays in August would be; every second one gives two: 2.0 days planned in July.
    struct Row { int restday; bool flagged; };
    for (const auto& row : {Row{2000, false}, Row{2400, false}, Row{2401, true}, Row{3000, true}}) {
        INFO(row.restday);
        Story story;
        REQUIRE(story.start({}) == "");
        story.desk.on("2019-07-31");
        REQUIRE(story.desk.tell(Role::H, serve("2019-07", 0, row.restday, "F",
                                               R"(,"by_hours":true)")) == "");
        CHECK(story.desk.warned("W_OVER_PLAN") == row.flagged);
    }
}

TEST_CASE("a retracted record does not count as the once of its month") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({}) == "");
    desk.on("2019-07-31");
    desk.must(Role::H, serve("2019-07", 0, 2000));
    const auto position = desk.log().size() - 1;
    CHECK(desk.tell(Role::H, serve("2019-07", 0, 1000)) == "E_SERVICE_TWICE");
    REQUIRE(desk.tell(Role::H, {"EventRetracted", "",
                                fmt::format(R"({{"target":"{}","reason":"WRONG_PERSON"}})",
                                            position)}) == "");
    CHECK(desk.engagement("T1", "F").services.empty());
    CHECK(desk.tell(Role::H, serve("2019-07", 0, 1000)) == "");
}

TEST_CASE("suspended time is not active: its months hold no service, its slots are free") {
    Story story;
    auto& desk = story.desk;
    const Plan plan{.kind = "PTW", .schedule = mondays};
    REQUIRE(story.start(plan) == "");
    desk.must(Role::H, step("EngagementSuspended", "F", R"({"reason":"illness"})", "2019-05-01"));
    const Plan other{.name = "G", .host = "E3", .site = "S3", .kind = "PTW", .schedule = mondays,
                     .from = "2019-05-01", .to = "2019-07-01"};
    CHECK(story.start(other) == "");
    CHECK(desk.tell(Role::H, step("EngagementResumed", "F", "{}", "2019-06-01")) ==
          "E_SLOT_CLASH");
    CHECK(desk.tell(Role::H, step("EngagementResumed", "F", "{}", "2019-04-30")) ==
          "E_ENGAGEMENT_PERIOD");
    desk.on("2019-05-31");
    CHECK(desk.tell(Role::H, serve("2019-05", 1000, 0)) == "E_SERVICE_RANGE");
    CHECK(desk.tell(Role::H, step("EngagementResumed", "F", "{}", "2019-07-01")) == "");
    CHECK(planned(desk.engagement("T1", "F"), {Date::of(2019, 4, 1), Date::of(2019, 8, 1)},
                  desk.reference()) == Mdays{7'000, 0});  // 22 and 29 April; July has five Mondays
}

TEST_CASE("an ending may not leave recorded service outside active time") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({}) == "");
    desk.on("2019-05-31");
    desk.must(Role::H, serve("2019-05", 0, 2000));
    CHECK(desk.tell(Role::H, step("EngagementTerminated", "F", R"({"reason":"x"})",
                                  "2019-05-01")) == "E_SERVICE_RANGE");
    CHECK(desk.tell(Role::H, step("EngagementTerminated", "F", R"({"reason":"x"})",
                                  "2019-05-03")) == "");
}

TEST_CASE("a new schedule holds from its day once the parties have consented again") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({.kind = "PTW", .schedule = mondays}) == "");
    const auto ask = [](std::string_view schedule, std::string_view from, int load = 200) {
        return step("EngagementRescheduled", "F",
                    fmt::format(R"({{"schedule":{},"load":{}}})", schedule, load), from);
    };
    CHECK(desk.tell(Role::H, ask(tuesdays, "2020-04-20")) == "E_ENGAGEMENT_PERIOD");
    CHECK(desk.tell(Role::H, ask(tuesdays, "2019-06-01", 401)) == "E_LOAD");
    desk.must(Role::H, ask(tuesdays, "2019-06-01"));
    CHECK(desk.tell(Role::H, ask(tuesdays, "2019-07-01")) == "E_CHANGE_PENDING");
    const auto monday_in_force = [&] {
        return desk.engagement("T1", "F").schedule_on(Date::of(2019, 6, 3)).mask14 == 0b11;
    };
    CHECK(monday_in_force());
    desk.must(Role::T, consent("TALENT"));
    CHECK(desk.tell(Role::T, consent("TALENT")) == "E_ALREADY_GIVEN");
    CHECK(monday_in_force());
    desk.must(Role::E, consent("HOME"));
    CHECK_FALSE(monday_in_force());
    CHECK(desk.engagement("T1", "F").schedule_on(Date::of(2019, 5, 31)).mask14 == 0b11);
    CHECK(desk.tell(Role::E, consent("HOST")) == "E_ROLE");

    SECTION("a declined change leaves everything as it was") {
        desk.must(Role::H, ask(mondays, "2019-06-05"));
        desk.must(Role::E, step("EngagementDeclined", "F", R"({"party":"HOME"})"));
        CHECK_FALSE(desk.engagement("T1", "F").pending);
        CHECK(story.state() == EngagementState::active);
        CHECK(desk.tell(Role::T, consent("TALENT")) == "E_ENGAGEMENT_STATE");
    }
    SECTION("a change that would collide is refused with the last consent") {
        REQUIRE(story.start({.name = "G", .host = "E3", .site = "S3", .kind = "PTW",
                             .schedule = mondays, .from = "2019-06-03"}) == "");
        desk.must(Role::H, ask(mondays, "2019-06-05"));
        desk.must(Role::T, consent("TALENT"));
        CHECK(desk.tell(Role::E, consent("HOME")) == "E_SLOT_CLASH");
        CHECK(desk.engagement("T1", "F").pending);
    }
}

TEST_CASE("an extension counts on to the term of the kind, a leave may be extended once") {
    struct Row { const char* name; const char* kind; const char* to; const char* first;
                 const char* code; const char* second; };
    const Row rows[] = {
        {"to the term", "PTW", "2020-04-20", "2022-04-20", "", nullptr},
        {"beyond the term", "PTW", "2020-04-20", "2022-04-21", "E_TERM", nullptr},
        {"a Sunday engineer's full year", "SUN", "2020-04-20", "2020-05-20", "E_TERM", nullptr},
        {"a leave", "LVS", "2022-04-20", "2025-04-20", "", "2025-05-20"},
        {"a leave beyond", "LVS", "2022-04-20", "2025-04-21", "E_TERM", nullptr},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        auto& desk = story.desk;
        const bool leave = std::string_view(row.kind) == "LVS";
        const bool sunday = std::string_view(row.kind) == "SUN";
        REQUIRE(story.start({.kind = row.kind,
                             .schedule = leave ? always : sunday ? saturdays : mondays,
                             .load = leave ? 1000 : 200, .to = row.to}) == "");
        desk.on(Date::parse(row.to).value().operator-(30).text());
        CHECK(desk.tell(Role::H, step("EngagementExtended", "F", "{}",
                                      (Date::parse(row.to).value() - 1).text(), row.first)) ==
              "E_ENGAGEMENT_PERIOD");
        CHECK(desk.tell(Role::H, step("EngagementExtended", "F", "{}", row.to, row.first)) ==
              row.code);
        if (*row.code != '\0') continue;
        CHECK(desk.engagement("T1", "F").period.to.text() == row.to);
        desk.must(Role::T, consent("TALENT"));
        desk.must(Role::E, consent("HOME"));
        CHECK(desk.engagement("T1", "F").period.to.text() == row.first);
        CHECK(desk.engagement("T1", "F").extensions == 1);
        if (!row.second) continue;
        desk.on((Date::parse(row.first).value() - 30).text());
        CHECK(desk.tell(Role::H, step("EngagementExtended", "F", "{}", row.first, row.second)) ==
              "E_TERM");
    }
}

TEST_CASE("the system completes an engagement one day after its end, the host when it is done") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({}) == "");
    const auto done = [](std::string_view day) {
        return step("EngagementCompleted", "F", "{}", day);
    };
    desk.on("2020-04-20");
    CHECK(desk.tell(Role::Y, done("2020-04-20")) == "E_NOT_DUE");
    desk.on("2020-04-21");
    CHECK(desk.tell(Role::Y, done("2020-04-19")) == "E_NOT_DUE");
    SECTION("by the system") {
        const auto due = duties(desk.who("T1"), desk.today(), desk.reference());
        REQUIRE(due.size() == 1);
        CHECK(desk.tell(Role::Y, done(due.front().from->text())) == "");
        CHECK(story.state() == EngagementState::completed);
        CHECK(desk.tell(Role::H, step("EngagementEvaluated", "F", R"({"grade":"A"})")) == "");
        CHECK(desk.tell(Role::H, serve("2020-04", 0, 1000)) == "");
    }
    SECTION("by the host") {
        CHECK(desk.tell(Role::H, done("2020-04-21")) == "E_ENGAGEMENT_PERIOD");
        CHECK(desk.tell(Role::H, done("2020-03-01")) == "");
    }
}

TEST_CASE("disputes are raised and settled on a record of the same engagement") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({}) == "");
    desk.on("2019-06-30");
    desk.must(Role::H, serve("2019-06", 0, 3000));
    const auto record = fmt::format("{}", desk.log().size() - 1);
    const auto dispute = step("ServiceDisputed", "F",
                              fmt::format(R"({{"service":"{}","reason":"fewer"}})", record));
    const auto settle = step("ServiceSettled", "F", fmt::format(R"({{"service":"{}"}})", record));
    CHECK(desk.tell(Role::T, step("ServiceDisputed", "F",
                                  R"({"service":"3","reason":"fewer"})")) == "E_NO_SERVICE");
    CHECK(desk.tell(Role::T, settle) == "E_DISPUTE_STATE");
    CHECK(desk.tell(Role::T, dispute) == "");
    CHECK(desk.engagement("T1", "F").services.front().disputed);
    CHECK(desk.tell(Role::T, dispute) == "E_DISPUTE_STATE");
    CHECK(desk.tell(Role::H, settle) == "");
    CHECK_FALSE(desk.engagement("T1", "F").services.front().disputed);
}

TEST_CASE("a transfer to the host converts the engagement on its day, and on its last day too") {
    for (const auto* effected : {"2019-07-01", "2020-04-20"}) {
        INFO(effected);
        Story story;
        auto& desk = story.desk;
        const Plan plan{.host = "E3", .site = "S3", .region = "511502"};
        REQUIRE(story.start(plan) == "");
        desk.on(std::string_view(effected) > "2020" ? "2020-04-20" : "2019-05-20");
        desk.must(Role::H, {"TransferRequested", "transfer/X",
                            R"({"talent":'T1',"mode":"CONSENT","from_employer":'E1',)"
                            R"("to_employer":'E3',"to_site":'S3',"target_team":"ZJ"})",
                            effected});
        const Asked convert = step("EngagementConverted", "F", R"({"transfer":'X'})", effected);
        CHECK(desk.tell(Role::Y, convert) == "E_CONVERSION");
        desk.must(Role::T, Asked{"TalentAgreed", "transfer/X"});
        desk.must(Role::E, Asked{"ReleaseGranted", "transfer/X"});
        desk.must(Role::H, Asked{"AcceptanceGranted", "transfer/X"});
        if (desk.today() < Date::parse(effected).value()) desk.on(effected);
        desk.must(Role::M, {{"TransferEffected", "transfer/X", "{}", effected},
                            {"AffiliationEnded", "talent/T1",
                             fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})",
                                         desk.home_of("T1")), effected},
                            {"AffiliationStarted", "talent/T1",
                             R"({"employer":'E3',"site":'S3',"kind":"FULL_TIME_HOME",)"
                             R"("staffing":"CONTRACT","team":"ZJ"})",
                             effected}});
        CHECK(desk.tell(Role::Y, step("EngagementConverted", "F", R"({"transfer":'X'})",
                                      "2019-07-02")) == "E_CONVERSION");
        const auto due = duties(desk.who("T1"), desk.today(), desk.reference());
        REQUIRE(due.size() == 1);
        CHECK(desk.tell(Role::Y, step("EngagementConverted", "F", due.front().payload_json,
                                      due.front().from->text())) == "");
        CHECK(story.state() == EngagementState::converted);
        CHECK(desk.engagement("T1", "F").converted_to == Desk::id("X"));
    }
}

TEST_CASE("after a move the new home consents within thirty days, or the engagement waits for it") {
    Story story;
    auto& desk = story.desk;
    REQUIRE(story.start({.kind = "PTW", .schedule = mondays}) == "");
    desk.must(Role::H, {"TransferRequested", "transfer/X",
                        R"({"talent":'T1',"mode":"CONSENT","from_employer":'E1',)"
                        R"("to_employer":'E8',"to_site":'S8',"target_team":"ZJ"})",
                        "2019-05-01"});
    desk.must(Role::T, Asked{"TalentAgreed", "transfer/X"});
    desk.must(Role::E, Asked{"ReleaseGranted", "transfer/X"});
    desk.must(Role::H, Asked{"AcceptanceGranted", "transfer/X"});
    desk.must(Role::M, {{"TransferEffected", "transfer/X", "{}", "2019-05-01"},
                        {"AffiliationEnded", "talent/T1",
                         fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})",
                                     desk.home_of("T1")), "2019-05-01"},
                        {"AffiliationStarted", "talent/T1",
                         R"({"employer":'E8',"site":'S8',"kind":"FULL_TIME_HOME",)"
                         R"("staffing":"CONTRACT","team":"ZJ"})",
                         "2019-05-01"}});
    CHECK(next_duty(desk.who("T1"), desk.today(), desk.reference()) == Date::of(2019, 5, 31));
    SECTION("in time") {
        desk.on("2019-05-20");
        CHECK(desk.tell(Role::E, consent("HOME")) == "");
        desk.on("2019-05-31");
        CHECK(duties(desk.who("T1"), desk.today(), desk.reference()).empty());
    }
    SECTION("too late") {
        desk.on("2019-05-31");
        const auto due = duties(desk.who("T1"), desk.today(), desk.reference());
        REQUIRE(due.size() == 1);
        CHECK(desk.tell(Role::Y, step("EngagementSuspended", "F", due.front().payload_json,
                                      due.front().from->text())) == "");
        CHECK(desk.tell(Role::H, step("EngagementResumed", "F", "{}", "2019-06-10")) ==
              "E_CONSENT_MISSING");
        desk.must(Role::E, consent("HOME"));
        CHECK(desk.tell(Role::H, step("EngagementResumed", "F", "{}", "2019-06-10")) == "");
    }
}

TEST_CASE("a calendar that comes later neither breaks what runs nor blocks its other steps") {
    Story story;
    auto& desk = story.desk;
    desk.on("2019-11-01");
    REQUIRE(story.start({.kind = "PTW",
                         .schedule = R"({"kind":"WEEKLY","slots":["WED_AM","WED_PM","THU_AM",)"
                                     R"("THU_PM"]})",
                         .load = 400, .from = "2019-12-01", .to = "2020-11-01"}) == "");
    // Wednesday and Thursday become holidays: two days of rest-day work in one week.
    desk.must(Role::P, {"CalendarPublished", "",
                        R"({"year":2020,"days":[{"date":"2020-01-01","kind":"HOLIDAY"},)"
                        R"({"date":"2020-01-02","kind":"HOLIDAY"}]})",
                        "2020-01-01", "2021-01-01"});
    // What makes that week worse is refused, what leaves it alone is not.
    CHECK(story.start({.name = "G", .host = "E3", .site = "S3",
                       .schedule = R"({"kind":"WEEKLY","slots":["SAT_AM"]})",
                       .from = "2019-12-02", .to = "2020-06-01"}) == "E_OVERLOAD");
    CHECK(desk.tell(Role::H, step("EngagementSuspended", "F", R"({"reason":"illness"})",
                                  "2019-12-20")) == "");
    CHECK(desk.tell(Role::H, activate({.name = "G", .from = "2019-12-02"})) == "");
}
