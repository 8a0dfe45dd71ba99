// The families Employer and Reference (INV-E1, E2).
#include <catch2/catch.hpp>

#include "tests/rules/province.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

Date day(const char* text) {
    return Date::parse(text).value();
}

Say about(const char* type, const char* employer, const char* payload, const char* from) {
    return {type, std::string("employer/'") + employer + "'", payload, from};
}

}  // namespace

TEST_CASE("the rules keep one living employer per code", "[rules]") {
    Province province;
    const auto twin = Province::enrol("twin", "91511500MTXX000305", "511502", "2019-02-01");
    CHECK(province.tell(twin) == "E_USCC");
    CHECK(province.tell(Province::enrol("bad", "12510000MTXX000141", "510107", "2019-02-01")) ==
          "E_USCC");
    province.must(about("EmployerDissolved", "works", "{}", "2019-02-01"));
    CHECK(province.tell(twin).empty());
}

TEST_CASE("an employer with people left ends only with a successor", "[rules]") {
    Province province;
    const auto home = province.at_home("wang", "works", "2019-01-01");
    const auto dissolve = about("EmployerDissolved", "works", "{}", "2019-02-01");
    CHECK(province.tell(dissolve) == "E_OPEN_AFFILIATIONS");
    CHECK(province.tell(about("EmployerDissolved", "works", R"({"successor":'works'})",
                              "2019-02-01")) == "E_SUCCESSOR");
    CHECK(province.tell(about("EmployerDissolved", "works", R"({"successor":'nobody'})",
                              "2019-02-01")) == "E_NO_EMPLOYER");

    SECTION("or once they have left, also in the same command") {
        const auto last = Province::end("wang", home, "2019-02-01", "DISSOLVED");
        CHECK(province.tell({}, {last, dissolve}).empty());
        CHECK(province.tell(dissolve) == "E_EMPLOYER_ENDED");
        CHECK(province.tell(Province::start("wang", "works", "2019-02-02")) == "E_EMPLOYER_ENDED");
    }
    SECTION("that lives") {
        CHECK(
            province.tell(about("EmployerMerged", "works", R"({"successor":'lab'})", "2019-02-01"))
                .empty());
        const auto* works = province.standings().employer(Registry::id("works"));
        REQUIRE(works);
        CHECK(works->successors == std::vector{Registry::id("lab")});
    }
}

TEST_CASE("sites open once and close after they opened", "[rules]") {
    Province province;
    CHECK(province.tell(Province::open_site("lab", "lab2", "510105", "2019-02-01")) ==
          "E_SITE_EXISTS");
    const auto close = [&](const char* site, const char* on) {
        return province.tell(
            about("SiteClosed", "lab", fmt::format(R"({{"site":'{}'}})", site).c_str(), on));
    };
    CHECK(close("labs9", "2019-02-01") == "E_NO_SITE");
    province.must(Province::open_site("lab", "lab3", "510105", "2019-02-01"));
    CHECK(close("lab3", "2019-02-01") == "E_DATE_ORDER");
    CHECK(close("lab3", "2019-02-10").empty());
    CHECK(close("lab3", "2019-02-11") == "E_NO_SITE");
    province.talent("wang");
    const auto at_lab3 = [](const char* from) {
        return Say{"AffiliationStarted", "talent/'wang'",
                   R"({"employer":'lab',"site":'lab3',"kind":"FULL_TIME_HOME",)"
                   R"("staffing":"CONTRACT","team":"ZJ"})",
                   from};
    };
    CHECK(province.tell(at_lab3("2019-01-31")) == "E_NO_SITE");
    CHECK(province.tell(at_lab3("2019-02-10")) == "E_NO_SITE");
    CHECK(province.tell(at_lab3("2019-02-09")).empty());
}

TEST_CASE("an affiliation may precede its employer's registration, not its site", "[rules]") {
    Province province;
    province.must({}, {Province::enrol("firm", "91510100MTXX00073H", "510107", "2019-02-01"),
                       Province::open_site("firm", "firms", "510107", "2018-06-01")});
    province.talent("wang");
    CHECK(province.tell(Province::start("wang", "firm", "2018-05-31")) == "E_NO_SITE");
    CHECK(province.tell(Province::start("wang", "firm", "2018-06-01")).empty());
}

TEST_CASE("particulars of an employer hold from a day on", "[rules]") {
    Province province;
    province.must(about("EmployerAmended", "works", R"({"section":"C"})", "2019-02-01"));
    CHECK(province.tell(about("EmployerAmended", "works", "{}", "2019-02-01")) ==
          "E_NOTHING_CHANGES");
    const auto* works = province.standings().employer(Registry::id("works"));
    CHECK(works->particulars_on(day("2019-01-31"))->section == "M");
    CHECK(works->particulars_on(day("2019-02-01"))->section == "C");
    CHECK(works->particulars_on(day("1990-01-01"))->section == "M");
}

TEST_CASE("published reference data is folded by day, corrections applied", "[rules]") {
    Province province;
    const auto publish = [&](const char* type, const std::string& payload, const char* from,
                             const char* to = "") {
        return province.tell({Role::P}, {{type, "", payload, from, to}});
    };
    const auto book = [&]() -> const events::ReferenceBook& {
        return province.standings().reference();
    };

    SECTION("divisions follow each other; the built-in changes are the ground") {
        CHECK(book().prefecture_on("512081", day("2015-12-31")) == "512000");
        CHECK(book().prefecture_on("512081", day("2016-12-31")) == "510100");
        CHECK(book().prefecture_on("510185", day("2019-01-01")) == "510100");
        CHECK(book().division_on("511602", day("2020-01-01")) == "511602");
        CHECK(book().division_on("510132", day("2020-06-04")) == "510118");
        CHECK(publish("DivisionChanged",
                      R"({"changes":[{"kind":"RECODED","old_code":"510132","new_code":"510118"}]})",
                      "2020-06-05")
                  .empty());
        CHECK(book().division_on("510132", day("2020-06-04")) == "510132");
        CHECK(book().division_on("510132", day("2020-06-05")) == "510118");
        CHECK(book().prefecture_on("510132", day("2020-06-04")) == "510100");
        CHECK(book().prefecture_on("EXT-DEU", day("2020-06-04")) == "EXT-DEU");
        CHECK(book().prefecture_on("UNK", day("2020-06-04")) == "UNK");
        CHECK(book().is_external("440000"));
        CHECK_FALSE(book().is_external("UNK"));
    }
    SECTION("zone schemes") {
        const auto members = [](const char* zone) {
            return fmt::format(
                R"({{"scheme":"S{}","members":[{{"zone":"{}","prefecture":"511100"}},)"
                R"({{"zone":"CDP","prefecture":"510100","role":"TRUNK"}}]}})",
                zone, zone);
        };
        CHECK(publish("ZoneSchemeActivated", members("SSC"), "2006-01-01", "2016-08-01").empty());
        CHECK(publish("ZoneSchemeActivated", members("CDP"), "2016-08-01").empty());
        const auto zone = [&](const char* on) {
            const auto* scheme = book().scheme_on(day(on));
            return scheme ? book().zone_on("511100", day(on), *scheme) : "none";
        };
        CHECK(zone("2005-12-31") == "none");
        CHECK(zone("2015-01-01") == "SSC");
        CHECK(zone("2016-08-01") == "CDP");
        CHECK(book().scheme("SCDP")->trunk == "510100");
        CHECK(book().zone_on("512000", day("2019-01-01"), *book().scheme("SCDP")) == "UNK");
        CHECK(book().zone_on("EXT-DEU", day("2019-01-01"), *book().scheme("SCDP")) == "EXT");
    }
    SECTION("parameters") {
        CHECK(book().parameter("home_min_fte", day("2019-01-01")) == 800);
        CHECK(publish("ParameterSet", R"({"name":"home_min_fte","value":"600"})", "2019-02-01")
                  .empty());
        const auto set = province.ref();
        CHECK(book().parameter("home_min_fte", day("2019-01-31")) == 800);
        CHECK(book().parameter("home_min_fte", day("2019-02-01")) == 600);
        CHECK(province
                  .tell({Role::P},
                        {{"EventRetracted", "", "{\"target\":" + set + ",\"reason\":\"TYPO\"}"}})
                  .empty());
        CHECK(book().parameter("home_min_fte", day("2019-02-01")) == 800);
    }
    SECTION("a calendar covers its year once per day") {
        const std::string days = R"("days":[{"date":"2019-05-01","kind":"HOLIDAY"}])";
        CHECK(book().is_workday(day("2019-05-01")));
        CHECK(
            publish("CalendarPublished", "{\"year\":2019," + days + "}", "2019-01-01", "2020-01-01")
                .empty());
        CHECK_FALSE(book().is_workday(day("2019-05-01")));
        CHECK(publish("CalendarPublished", "{\"year\":2018," + days + "}", "2018-01-01",
                      "2019-01-01") == "E_OUT_OF_RANGE");
        CHECK(publish("CalendarPublished", "{\"year\":2019," + days + "}", "2019-01-01",
                      "2019-06-01") == "E_BAD_LIST");
    }
}
