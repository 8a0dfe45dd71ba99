// The families Talent and Identity: who may be registered, and with what (INV-T1, T5 to T7).
#include <catch2/catch.hpp>

#include "tests/rules/province.h"

using namespace tests;
using events::Role;

TEST_CASE("the rules refuse a second living record with the same document", "[rules]") {
    Province province;
    const auto number = province.number();
    province.must(Province::office(), {province.registration("wang", number, "1980-05-01")});
    CHECK(province.tell(province.registration("wang2", number, "1980-05-01")) ==
          "E_DUPLICATE_IDENTITY");

    SECTION("also within one command") {
        const auto other = province.number();
        CHECK(province.tell({Role::M}, {province.registration("a", other, "1980-05-01"),
                                        province.registration("b", other, "1980-05-01")}) ==
              "E_DUPLICATE_IDENTITY");
        CHECK(province.pointer.starts_with("/1"));
    }
    SECTION("while the first one waits for approval") {
        const auto other = province.number();
        REQUIRE(province.tell(province.registration("old", other, "1980-05-01", "2015-01-01"))
                    .empty());
        REQUIRE(province.proposed);
        const auto waiting = province.last;
        CHECK(province.tell(province.registration("new", other, "1980-05-01")) ==
              "E_DUPLICATE_IDENTITY");
        REQUIRE(province.reject(waiting).empty());
        CHECK(province.tell(province.registration("new", other, "1980-05-01")).empty());
    }
    SECTION("but accept it once the first holder has died") {
        province.must({"TalentStatusChanged", "talent/'wang'", R"({"status":"DECEASED"})",
                       "2019-02-01"});
        CHECK(province.tell(province.registration("wang2", number, "1980-05-01")).empty());
    }
    SECTION("and free the old number when a document is replaced") {
        const auto next = province.number();
        province.must({"IdentityDocumentReplaced", "talent/'wang'",
                       R"({"new_doc":{"kind":"CN_ID","issuer":"CHN","number":")" + next + "\"}}"});
        CHECK(province.tell(province.registration("li", next, "1980-05-01")) ==
              "E_DUPLICATE_IDENTITY");
        CHECK(province.tell(province.registration("li", number, "1980-05-01")).empty());
    }
}

TEST_CASE("the rules check the birth against document, year and effective date", "[rules]") {
    Province province;
    const auto number = province.number("1980-05-01");
    CHECK(province.tell(province.registration("a", number, "1981-05-01")) == "E_BIRTH_MISMATCH");
    CHECK(province.tell(province.registration("a", number, "1980-05-01", "1979-01-01")) ==
          "E_DATE_ORDER");
    CHECK(province.tell(province.registration("a", number, "1980-05-01")).empty());
    CHECK(province.tell(province.registration("a", province.number(), "1980-05-01")) ==
          "E_STREAM_EXISTS");
}

TEST_CASE("the rules let a status change only along its state machine", "[rules]") {
    struct Row { const char* name; std::vector<const char*> steps; const char* last; };
    const Row rows[] = {
        {"retire and come back", {"RETIRED", "ACTIVE", "LEFT_SCOPE", "ACTIVE"}, ""},
        {"retire twice", {"RETIRED", "RETIRED"}, "E_TALENT_STATE"},
        {"become what one is", {"ACTIVE"}, "E_TALENT_STATE"},
        {"leave, come back retired", {"LEFT_SCOPE", "RETIRED", "LEFT_SCOPE"}, ""},
        {"rise from the dead", {"DECEASED", "ACTIVE"}, "E_CLOSED_PERSON"},
        {"die twice", {"DECEASED", "DECEASED"}, "E_CLOSED_PERSON"},
        {"die retired", {"RETIRED", "DECEASED"}, ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Province province;
        province.talent("wang");
        std::string last;
        int month = 3;
        for (const auto* step : row.steps) {
            const auto day = fmt::format("2019-{:02}-02", month++);
            province.on(day);
            last = province.tell({"TalentStatusChanged", "talent/'wang'",
                                  fmt::format(R"({{"status":"{}"}})", step), day});
        }
        CHECK(last == row.last);
    }
}

TEST_CASE("an amendment that is learnt late reaches only what was not said later", "[rules]") {
    Province province;
    province.talent("wang");
    const auto amend = [&](const char* payload, const char* from) {
        province.must({"TalentAmended", "talent/'wang'", payload, from});
    };
    province.on("2019-06-01");
    amend(R"({"residence":"510700","degree":"2"})", "2019-05-01");
    amend(R"({"residence":"511500","education":"11"})", "2019-04-01");
    amend(R"({"cleared":["degree"]})", "2019-05-20");
    const auto at = [&](const char* day) {
        return province.who("wang")->particulars_on(events::Date::parse(day).value());
    };
    CHECK(at("2019-03-15")->residence == "510100");
    CHECK(at("2019-04-15")->residence == "511500");
    CHECK(at("2019-05-15")->residence == "510700");
    CHECK(at("2019-05-15")->education == "11");
    CHECK(at("2019-05-15")->degree == "2");
    CHECK(at("2019-05-25")->degree.empty());
}

TEST_CASE("the rules refuse amendments that say nothing or clear what is needed", "[rules]") {
    Province province;
    province.talent("wang");
    CHECK(province.tell({"TalentAmended", "talent/'wang'", "{}"}) == "E_NOTHING_CHANGES");
    CHECK(province.tell({"TalentAmended", "talent/'wang'", R"({"cleared":["category"]})"}) ==
          "E_CLEARED_FIELD");
    CHECK(province.tell({"TalentAmended", "talent/'nobody'", R"({"degree":"2"})"}) ==
          "E_NO_STREAM");
}

TEST_CASE("the rules revoke a qualification once, and never before it was given", "[rules]") {
    Province province;
    province.talent("wang");
    province.must({"QualificationRecorded", "talent/'wang'", R"({"kind":"DEGREE","code":"2"})",
                   "2019-02-01"});
    const auto degree = province.ref();
    const auto revoke = [&](const std::string& what, const char* from) {
        return province.tell({"QualificationRevoked", "talent/'wang'",
                              "{\"qualification\":" + what + ",\"reason\":\"forged\"}", from});
    };
    CHECK(revoke("\"0\"", "2019-03-01") == "E_NO_QUALIFICATION");
    CHECK(revoke("\"9999\"", "2019-03-01") == "E_NO_EVENT");
    CHECK(revoke(degree, "2019-01-01") == "E_DATE_ORDER");
    CHECK(revoke(degree, "2019-03-01").empty());
    CHECK(revoke(degree, "2019-03-01") == "E_ALREADY_REVOKED");
    CHECK(province.tell({"QualificationRecorded", "talent/'wang'",
                         R"({"kind":"DEGREE","code":"2"})", "2019-03-03"}) == "E_DATE_ORDER");
}
