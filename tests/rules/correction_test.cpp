// Corrections, retractions, approvals (INV-Q1 to Q4; settled.md 2.2, 2.3 and the cases of 8).
#include <catch2/catch.hpp>

#include "events/rules/visible.h"
#include "tests/rules/province.h"
#include "tests/support/describe.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

Date day(const char* text) { return Date::parse(text).value(); }

Say redate(const std::string& target, const char* from, const char* subject = "") {
    return {"EventCorrected", subject,
            "{\"target\":" + target + ",\"dates\":{\"from\":\"" + from +
                "\"},\"reason\":\"WRONG_DATE\"}"};
}
Say retract(const std::string& target) {
    return {"EventRetracted", "", "{\"target\":" + target + ",\"reason\":\"TYPO\"}"};
}
Say replace_home(const std::string& target, const char* employer) {
    return {"EventCorrected", "",
            fmt::format(R"({{"target":{},"replacement_type":"AffiliationStarted","replacement":)"
                        R"({{"employer":'{}',"site":'{}s',"kind":"FULL_TIME_HOME",)"
                        R"("staffing":"CONTRACT","team":"ZJ"}},"reason":"TYPO"}})",
                        target, employer, employer)};
}

/// Where the person is at home on a day: name of the employer, or "-".
std::string home(Province& province, const char* on) {
    const auto* person = province.who("wang");
    const auto* found = person ? person->home_on(day(on)) : nullptr;
    if (!found) return "-";
    for (const auto* name : {"uni", "works", "lab", "bureau"}) {
        if (found->employer == Registry::id(name)) return name;
    }
    return "?";
}

}  // namespace

TEST_CASE("the newest correction in force wins, and going back restores what was before",
          "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    const auto clerk = Province::office();

    REQUIRE(province.tell(clerk, {redate(started, "2019-01-05")}).empty());
    const auto first = province.ref();
    CHECK(home(province, "2019-01-05") == "lab");
    REQUIRE(province.tell(clerk, {redate(started, "2019-01-20")}).empty());
    const auto second = province.ref();
    CHECK(home(province, "2019-01-19") == "-");

    SECTION("retracting the newest one") {
        REQUIRE(province.tell(clerk, {retract(second)}).empty());
        CHECK(home(province, "2019-01-04") == "-");
        CHECK(home(province, "2019-01-05") == "lab");
        REQUIRE(province.tell(clerk, {retract(first)}).empty());
        CHECK(home(province, "2019-01-09") == "-");
        CHECK(home(province, "2019-01-10") == "lab");
        CHECK(province.tell(clerk, {retract(second)}) == "E_ALREADY_RETRACTED");
    }
    SECTION("retracting a retraction") {
        REQUIRE(province.tell(clerk, {retract(started)}).empty());
        const auto gone = province.ref();
        CHECK(home(province, "2019-02-01") == "-");
        CHECK(province.who("wang")->affiliations.empty());
        CHECK(province.tell(clerk, {retract(started)}) == "E_ALREADY_RETRACTED");
        REQUIRE(province.tell(clerk, {retract(gone)}).empty());
        CHECK(home(province, "2019-01-19") == "-");
        CHECK(home(province, "2019-01-20") == "lab");
    }
    SECTION("correcting the correction itself") {
        const auto nested = fmt::format(
            R"({{"target":{},"replacement_type":"EventCorrected","replacement":{{"target":{},)"
            R"("dates":{{"from":"2019-01-15"}},"reason":"WRONG_DATE"}},"reason":"TYPO"}})",
            second, started);
        REQUIRE(province.tell(clerk, {{"EventCorrected", "", nested}}).empty());
        CHECK(home(province, "2019-01-14") == "-");
        CHECK(home(province, "2019-01-15") == "lab");
    }
    SECTION("the target keeps its place and its identity") {
        const auto& held = province.who("wang")->affiliations.front();
        CHECK("\"" + text(held.opened) + "\"" == started);
    }
}

TEST_CASE("a correction is as good as the rules it leaves whole", "[rules]") {
    Province province;
    const auto first = province.at_home("wang", "uni", "2019-01-01");
    province.must(Province::end("wang", first, "2019-02-01"));
    const auto ended = province.ref();
    province.must(Province::start("wang", "works", "2019-02-01"));
    const auto second = province.ref();
    const auto clerk = Province::office();

    CHECK(province.tell(clerk, {redate(ended, "2019-02-02")}) == "E_CORRECTION_BREAKS");
    CHECK(province.why.find("E_SECOND_HOME") != std::string::npos);
    CHECK(province.tell(clerk, {retract(ended)}) == "E_CORRECTION_BREAKS");
    CHECK(province.tell(clerk, {redate(ended, "2018-12-01")}) == "E_CORRECTION_BREAKS");
    CHECK(province.tell(clerk, {replace_home(second, "nowhere")}) == "E_NO_EMPLOYER");
    CHECK(home(province, "2019-01-31") == "uni");

    SECTION("unless the same command repairs it") {
        REQUIRE(province.tell(clerk, {redate(ended, "2019-02-10"), redate(second, "2019-02-10")})
                    .empty());
        CHECK(province.proposed);  // Chengdu and Yibin: two prefectures
        CHECK(home(province, "2019-02-09") == "works");
        REQUIRE(province.approve(province.last).empty());
        CHECK(home(province, "2019-02-09") == "uni");
        CHECK(home(province, "2019-02-10") == "works");
    }
}

TEST_CASE("corrections need an approval when they are late or touch two prefectures", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-03-01");
    const auto clerk = Province::office();

    SECTION("another employer in another prefecture") {
        REQUIRE(province.tell(clerk, {replace_home(started, "uni")}).empty());
        CHECK(province.proposed);
        CHECK(home(province, "2019-03-01") == "lab");
        const auto waiting = province.last;
        CHECK(province.approve(waiting, "office") == "E_FOUR_EYES");
        REQUIRE(province.approve(waiting).empty());
        CHECK(home(province, "2019-03-01") == "uni");
    }
    SECTION("ninety days after the recording") {
        province.on("2019-05-30");
        REQUIRE(province.tell(clerk, {redate(started, "2019-03-05")}).empty());
        CHECK_FALSE(province.proposed);
        province.on("2019-05-31");
        REQUIRE(province.tell(clerk, {redate(started, "2019-03-06")}).empty());
        CHECK(province.proposed);
        const auto waiting = province.last;
        REQUIRE(province.reject(waiting).empty());
        CHECK(province.approve(waiting) == "E_ALREADY_DECIDED");
        CHECK(home(province, "2019-03-05") == "lab");
    }
    SECTION("a retraction inside one prefecture needs none") {
        REQUIRE(province.tell(clerk, {retract(started)}).empty());
        CHECK_FALSE(province.proposed);
    }
    SECTION("the order of the approvals decides, not that of the proposals") {
        REQUIRE(province.tell(clerk, {replace_home(started, "uni")}).empty());
        const auto to_uni = province.last;
        REQUIRE(province.tell(clerk, {replace_home(started, "works")}).empty());
        const auto to_works = province.last;
        REQUIRE(province.approve(to_works).empty());
        CHECK(home(province, "2019-03-01") == "works");
        REQUIRE(province.approve(to_uni).empty());
        CHECK(home(province, "2019-03-01") == "uni");
    }
}

TEST_CASE("the rules refuse corrections that correct nothing they may", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    const auto clerk = Province::office();
    const auto other = [&](const char* payload) {
        return province.tell(clerk, {{"EventCorrected", "",
                                      "{\"target\":" + started + "," + payload +
                                          ",\"reason\":\"TYPO\"}"}});
    };
    CHECK(other(R"("replacement_type":"TalentAmended","replacement":{"degree":"2"})") ==
          "E_CORRECTION_TYPE");
    CHECK(other(R"("dates":{"from":"2019-01-10","to":"2019-02-10"})") == "E_DATES_NOT_ALLOWED");
    CHECK(province.tell(clerk, {retract("\"0\"")}) == "E_NOT_CORRECTABLE");
    CHECK(province.tell(clerk, {retract("\"99999\"")}) == "E_NO_EVENT");
    CHECK(province.tell(clerk, {redate(started, "2019-01-11", "talent/'li'")}) ==
          "E_WRONG_SUBJECT");
    CHECK(province.tell({Role::A}, {retract(started)}) == "E_ROLE");
    CHECK(province.approve(province.last) == "E_NOT_PROPOSED");
    events::CommandId nobody;
    nobody.bytes[0] = 1;
    CHECK(province.approve(nobody) == "E_NO_COMMAND");

    REQUIRE(province.tell(clerk, {replace_home(started, "uni")}).empty());
    CHECK(province.tell(clerk, {retract(province.ref())}) == "E_NOT_IN_FORCE");
}

TEST_CASE("events that made sense only together are corrected together", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    const auto clerk = Province::office();
    province.must(clerk, {Province::end("wang", started, "2019-02-01"),
                          {"DepartureRecorded", "talent/'wang'",
                           R"({"external_region":"EXT-DEU"})", "2019-02-01"}});
    const auto ended = province.ref(0);
    const auto left = province.ref(1);
    CHECK(province.tell(clerk, {retract(ended)}) == "E_BATCH_CORRECTION");
    CHECK(province.tell(clerk, {redate(left, "2019-02-03")}) == "E_BATCH_CORRECTION");
    REQUIRE(province.tell(clerk, {redate(ended, "2019-02-03"), redate(left, "2019-02-03")})
                .empty());
    CHECK(home(province, "2019-02-02") == "lab");
    CHECK(home(province, "2019-02-03") == "-");
    using events::schema::TalentStatus;
    CHECK(province.who("wang")->status_on(day("2019-02-02")) == TalentStatus::ACTIVE);
    CHECK(province.who("wang")->status_on(day("2019-02-03")) == TalentStatus::LEFT_SCOPE);
}

TEST_CASE("a retraction lists the events that rest on its target", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    province.must({Role::E}, {{"PostChanged", "talent/'wang'",
                               "{\"affiliation\":" + started + ",\"post_code\":\"A1\"}",
                               "2019-02-01"}});
    const auto position = province.first.value;
    REQUIRE(province.tell(Province::office(), {retract(started)}).empty());
    REQUIRE(province.warned("W_DEPENDANTS"));
    CHECK(province.warnings.front().what.find(std::to_string(position)) != std::string::npos);
}

TEST_CASE("as believed then: a fold limited to K knows only what was recorded by K", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    const auto before = province.history().size();
    province.must(Province::office(), {redate(started, "2019-01-20")});
    const auto at = [&](std::uint64_t size) {
        return events::fold_person(Registry::id("wang"), province.history().until(size));
    };
    CHECK(at(before).home_on(day("2019-01-15")) != nullptr);
    CHECK(at(before + 1).home_on(day("2019-01-15")) == nullptr);
}

TEST_CASE("visible facts tell what became of every event", "[rules]") {
    Province province;
    const auto started = province.at_home("wang", "lab", "2019-01-10");
    const auto position = province.first.value;
    province.must(Province::office(), {redate(started, "2019-01-20")});
    const auto changed_by = province.first;
    province.must(Province::office(), {replace_home(started, "uni")});
    const auto waiting = province.last;
    const events::StreamId stream{events::StreamKind::talent, Registry::id("wang")};
    const auto find = [&] {
        for (auto& one : events::visible_facts(std::span(&stream, 1), province.history())) {
            if (one.fact.position.value == position) return one;
        }
        throw std::logic_error("not there");
    };
    auto found = find();
    CHECK(found.standing == events::Standing::replaced);
    CHECK(found.changed_by == changed_by);
    CHECK(found.fact.from == day("2019-01-10"));
    CHECK(found.effective.from == day("2019-01-20"));
    province.must({Role::P, "approver"}, {{"ActionApproved", "",
                                           "{\"command\":\"" + waiting.text() + "\"}"}});
    found = find();
    CHECK(found.effective.from == day("2019-01-10"));
    CHECK(events::Id::of(*found.effective.as<events::schema::AffiliationStarted>().employer()) ==
          Registry::id("uni"));
}
