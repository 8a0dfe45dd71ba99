// The family Affiliation: INV-T2 to T6, E2, X5, X6, G1.
#include <catch2/catch.hpp>

#include "tests/rules/province.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

Date day(const char* text) {
    return Date::parse(text).value();
}

std::string at(const events::Person& person, const char* on) {
    const auto* home = person.home_on(day(on));
    return home ? home->employer.text() : "none";
}

}  // namespace

TEST_CASE("the rules keep one full-time home at a time", "[rules]") {
    Province province;
    const auto first = province.at_home("wang", "uni", "2019-01-01");
    struct Row {
        const char* name;
        Say said;
        const char* code;
    };
    const Row rows[] = {
        {"a second home beside it", Province::start("wang", "works", "2019-02-01"),
         "E_SECOND_HOME"},
        {"an older home that never ended", Province::start("wang", "works", "2018-12-01"),
         "E_SECOND_HOME"},
        {"the same employer again", Province::start("wang", "uni", "2019-02-01"),
         "E_AFFIL_OVERLAP"},
        {"an own business beside a contract",
         Province::start("wang", "works", "2019-02-01", {}, "SELF"), ""},
        {"a second post without consent",
         Province::start("wang", "lab", "2019-02-01", {}, "SECONDARY"), "E_CONSENT_MISSING"},
        {"a home on half a person", Province::start("wang", "works", "2019-02-01", R"(,"fte":799)"),
         "E_HOME_FTE"},
        {"a site of another employer",
         {"AffiliationStarted", "talent/'wang'",
          R"({"employer":'works',"site":'unis',"kind":"SELF","staffing":"CONTRACT","team":"ZJ"})",
          "2019-02-01"},
         "E_NO_SITE"},
        {"an employer nobody knows", Province::start("wang", "nowhere", "2019-02-01"),
         "E_NO_EMPLOYER"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(province.tell(row.said) == row.code);
    }
    province.must(Province::end("wang", first, "2019-02-15"));
    CHECK(province.tell(Province::start("wang", "lab", "2019-02-15")).empty());
    CHECK(at(*province.who("wang"), "2019-02-14") == Registry::id("uni").text());
    CHECK(at(*province.who("wang"), "2019-02-15") == Registry::id("lab").text());
}

TEST_CASE("the rules let a civil servant run no business", "[rules]") {
    Province province;
    province.at_home("chen", "bureau", "2019-01-01", "CIVIL");
    CHECK(province.tell(Province::start("chen", "works", "2019-02-01", {}, "SELF")) ==
          "E_SELF_CIVIL");
    const auto li = province.at_home("li", "bureau", "2019-01-01");
    province.must(Province::start("li", "works", "2019-02-01", {}, "SELF"));
    CHECK(province.tell({Role::E}, {{"PostChanged", "talent/'li'",
                                     "{\"affiliation\":" + li + ",\"staffing\":\"CIVIL\"}",
                                     "2019-02-10"}}) == "E_SELF_CIVIL");
}

TEST_CASE("a second post names the consent of the home employer", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "uni", "2019-01-01");
    const auto consent = [&](const char* other, const char* from, const char* to) {
        province.must(
            {Role::E, "employer"},
            {{"SecondaryPostConsented", "talent/'wang'",
              "{\"affiliation\":" + home + ",\"other_employer\":'" + other + "'}", from, to}});
        return province.ref();
    };
    const auto second = [&](const std::string& named, const char* from) {
        return province.tell(
            Province::start("wang", "lab", from, ",\"home_consent\":" + named, "SECONDARY"));
    };
    const auto for_works = consent("works", "2019-01-01", "");
    const auto short_one = consent("lab", "2019-01-01", "2019-02-01");
    const auto good = consent("lab", "2019-02-01", "");
    CHECK(second(for_works, "2019-02-10") == "E_CONSENT_MISSING");
    CHECK(second(short_one, "2019-02-10") == "E_CONSENT_MISSING");
    CHECK(second(good, "2019-02-10").empty());
    CHECK(province.who("wang")->affiliations.size() == 2);
}

TEST_CASE("an affiliation ends once, after it began", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "uni", "2019-01-01");
    province.at_home("li", "lab", "2019-01-01");
    CHECK(province.tell(Province::end("wang", home, "2019-01-01")) == "E_DATE_ORDER");
    CHECK(province.tell(Province::end("li", home, "2019-02-01")) == "E_NO_AFFILIATION");
    CHECK(province.tell(Province::end("wang", home, "2019-02-01")).empty());
    CHECK(province.tell(Province::end("wang", home, "2019-02-02")) == "E_AFFIL_STATE");
    CHECK(province.tell({Role::E}, {{"PostChanged", "talent/'wang'",
                                     "{\"affiliation\":" + home + ",\"post_code\":\"A1\"}",
                                     "2019-02-10"}}) == "E_AFFIL_STATE");
}

TEST_CASE("a relocation leads from the site held to an open one of the same employer", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "lab", "2019-01-01");
    const auto move = [&](const char* from_site, const char* to_site) {
        return province.tell({Role::E}, {{"SiteRelocated", "talent/'wang'",
                                          "{\"affiliation\":" + home + ",\"from_site\":'" +
                                              from_site + "',\"to_site\":'" + to_site + "'}",
                                          "2019-02-01"}});
    };
    CHECK(move("lab2", "labs") == "E_SITE_MISMATCH");
    CHECK(move("labs", "labs") == "E_SAME_SITE");
    CHECK(move("labs", "unis") == "E_NO_SITE");
    CHECK(move("labs", "lab2").empty());
    const auto& affiliation = province.who("wang")->affiliations.front();
    CHECK(affiliation.site_on(day("2019-01-31")) == Registry::id("labs"));
    CHECK(affiliation.site_on(day("2019-02-01")) == Registry::id("lab2"));
}

TEST_CASE("nothing but endings follows a death", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "uni", "2019-01-01");
    province.must(
        {"TalentStatusChanged", "talent/'wang'", R"({"status":"DECEASED"})", "2019-02-01"});
    CHECK(province.tell(Province::start("wang", "works", "2019-02-10", {}, "SELF")) ==
          "E_CLOSED_PERSON");
    CHECK(province.tell({Role::E}, {{"PostChanged", "talent/'wang'",
                                     "{\"affiliation\":" + home + ",\"post_code\":\"A1\"}",
                                     "2019-02-01"}}) == "E_CLOSED_PERSON");
    CHECK(province
              .tell({Role::E},
                    {{"PostChanged", "talent/'wang'",
                      "{\"affiliation\":" + home + ",\"post_code\":\"A1\"}", "2019-01-20"}})
              .empty());
    CHECK(province.tell(Province::end("wang", home, "2019-02-01", "DEATH")).empty());
}

TEST_CASE("an affiliation begins at sixteen, and at seventy-six with a warning", "[rules]") {
    Province province;
    province.talent("boy", "2004-05-01");
    CHECK(province.tell(Province::start("boy", "uni", "2019-02-01")) == "E_AGE");
    province.talent("youth", "2003-05-01");
    CHECK(province.tell(Province::start("youth", "uni", "2019-02-01")).empty());
    province.talent("elder", "1943-05-01");
    CHECK(province.tell(Province::start("elder", "uni", "2019-02-01")).empty());
    CHECK(province.warned("W_AGE"));
    province.talent("old", "1944-05-01");
    CHECK(province.tell(Province::start("old", "uni", "2019-02-01")).empty());
    CHECK_FALSE(province.warned("W_AGE"));
}

TEST_CASE("arrivals, departures and transfers are recorded whole", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "uni", "2019-01-01");
    const auto cross = [&](const char* type, const char* on, const char* region = "EXT-DEU") {
        return Say{type, "talent/'wang'", fmt::format(R"({{"external_region":"{}"}})", region), on};
    };
    CHECK(province.tell(cross("DepartureRecorded", "2019-02-01")) == "E_BATCH_INCOMPLETE");
    CHECK(province.tell(Province::end("wang", home, "2019-02-01", "TRANSFER")) ==
          "E_BATCH_INCOMPLETE");
    CHECK(province.tell({}, {Province::end("wang", home, "2019-02-01"),
                             cross("DepartureRecorded", "2019-02-02")}) == "E_BATCH_INCOMPLETE");
    CHECK(province.tell({}, {Province::end("wang", home, "2019-02-01"),
                             cross("DepartureRecorded", "2019-02-01", "510700")}) ==
          "E_NOT_EXTERNAL");
    CHECK(province
              .tell({}, {Province::end("wang", home, "2019-02-01"),
                         cross("DepartureRecorded", "2019-02-01")})
              .empty());
    using events::schema::TalentStatus;
    CHECK(province.who("wang")->status_on(day("2019-02-01")) == TalentStatus::LEFT_SCOPE);
    CHECK(province.tell(cross("ArrivalRecorded", "2019-02-20")) == "E_BATCH_INCOMPLETE");
    CHECK(province
              .tell({}, {cross("ArrivalRecorded", "2019-02-20"),
                         Province::start("wang", "works", "2019-02-20")})
              .empty());
    CHECK(province.who("wang")->status_on(day("2019-02-20")) == TalentStatus::ACTIVE);
    CHECK(province.who("wang")->crossings.size() == 2);
}

TEST_CASE("dates far from today wait for a second pair of eyes", "[rules]") {
    struct Row {
        const char* from;
        bool proposed;
    };
    for (const auto& row : {Row{"2018-03-01", false}, Row{"2018-02-28", true},
                            Row{"2019-04-30", false}, Row{"2019-05-01", true}}) {
        INFO(row.from);
        Province province;
        province.talent("wang");
        REQUIRE(province.tell(Province::start("wang", "uni", row.from)).empty());
        CHECK(province.proposed == row.proposed);
        CHECK(province.who("wang")->affiliations.size() == (row.proposed ? 0 : 1));
        if (!row.proposed) continue;
        const auto command = province.last;
        CHECK(province.approve(command, "clerk") == "E_FOUR_EYES");
        CHECK(province.approve(command).empty());
        CHECK(province.who("wang")->affiliations.size() == 1);
        CHECK(province.approve(command) == "E_ALREADY_DECIDED");
        CHECK(province.reject(command) == "E_ALREADY_DECIDED");
    }
}

TEST_CASE("what was proposed is checked again when it takes effect", "[rules]") {
    Province province;
    province.talent("wang");
    REQUIRE(province.tell(Province::start("wang", "uni", "2018-01-01")).empty());
    const auto waiting = province.last;
    province.must(Province::start("wang", "works", "2019-01-01"));
    CHECK(province.approve(waiting) == "E_SECOND_HOME");
    CHECK(province.reject(waiting).empty());
    CHECK(province.who("wang")->affiliations.size() == 1);
}

TEST_CASE("affiliations carry the revision they rest on, outside a first load", "[rules]") {
    Province province;
    province.talent("wang");
    As blind = Province::office();
    blind.guard = false;
    CHECK(province.tell(blind, {Province::start("wang", "uni", "2019-02-01")}) ==
          "E_GUARD_REQUIRED");
    CHECK(province.tell(blind, {province.registration("li", province.number(), "1980-05-01"),
                                Province::start("li", "uni", "2019-02-01")}) == "");
}

TEST_CASE("only roles S and P load, and only between the brackets", "[rules]") {
    Province province;
    province.talent("wang");
    As loader{Role::S, "loader", true};
    const auto old = Province::start("wang", "uni", "2012-02-01");
    CHECK(province.tell(loader, {old}) == "E_FIRST_LOAD");
    CHECK(province.tell({Role::S, "loader"}, {old}) == "E_ROLE");
    CHECK(province.tell({Role::S, "loader"}, {{"FirstLoadClosed"}}) == "E_FIRST_LOAD");
    CHECK(province.tell({Role::S, "loader"},
                        {{"FirstLoadOpened", "", R"({"source":"x","approver":'loader'})"}}) ==
          "E_FOUR_EYES");
    province.must({Role::S, "loader"},
                  {{"FirstLoadOpened", "", R"({"source":"x","approver":'approver'})"}});
    CHECK(province.tell({Role::S, "loader"},
                        {{"FirstLoadOpened", "", R"({"source":"x","approver":'approver'})"}}) ==
          "E_FIRST_LOAD");
    CHECK(province.tell({Role::M, "office", true}, {old}) == "E_FIRST_LOAD");
    CHECK(province.tell(loader, {old}).empty());
    CHECK_FALSE(province.proposed);
    CHECK(province.who("wang")->home_on(day("2012-02-01")) != nullptr);
}

TEST_CASE("the rules know who may record what", "[rules]") {
    Province province;
    province.talent("wang");
    CHECK(province.tell({Role::T}, {Province::start("wang", "uni", "2019-02-01")}) == "E_ROLE");
    CHECK(province.tell({Role::none}, {Province::start("wang", "uni", "2019-02-01")}) == "E_ROLE");
    CHECK(province.tell({Role::A}, {{"TalentAmended", "talent/'wang'", R"({"degree":"2"})"}}) ==
          "E_ROLE");
}
