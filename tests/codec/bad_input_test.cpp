// Whatever is sent: a clear refusal or a sound command, never a crash.
#include <catch2/catch.hpp>

#include "events/event.h"
#include "events/json/command_reader.h"
#include "tests/codec/command_generator.h"

using namespace events;

namespace {

const std::string cid = "00000000000000000000000000000001";
const std::string aa = "000000000000000000000000000000aa";

struct Fixture {
    CommandReader reader{Catalogue::built_in(), CodeLists::built_in()};
    Actor actor{};

    base::Result<Command> read(std::string_view json) { return reader.read(json, actor); }
};

/// A CloudEvent with the members and data given.
std::string event(const std::string& type, const std::string& payload,
                  const std::string& more = "", const std::string& data = "") {
    return R"({"specversion":"1.0","id":")" + cid + R"(","type":"talent.)" + type +
           R"(.v1","data":{"payload":)" + payload + data + "}" + more + "}";
}

const std::string on_talent = R"(,"subject":"talent/)" + aa + R"(")";
const std::string on_engagement = R"(,"subject":"engagement/)" + aa + R"(")";

std::string registered(const std::string& changes) {
    return event("TalentRegistered",
                 R"({"category":"ZJ","name":{"zh":"张三"},"nationality":"CHN",
                     "residence":"510100",)" + changes + "}",
                 "", R"(,"legal_basis":"STATUTORY_DUTY")");
}

const std::string good_person =
    R"("doc":{"kind":"CN_ID","issuer":"CHN","number":"510100198005120012"},)"
    R"("sex":1,"birth_year":1980)";

std::string proposed(const std::string& schedule) {
    return event("EngagementProposed",
                 R"({"talent":")" + aa + R"(","host_employer":")" + aa + R"(","host_site":")" + aa +
                     R"(","region_served":"513401","place_of_work":"513401","kind":"SUN",
                     "load":200,"schedule":)" + schedule + "}",
                 R"(,"effectivefrom":"2019-04-20","effectiveto":"2020-04-20")");
}

struct Case {
    std::string what;
    std::string json;
    std::string code;
    std::string pointer;
};

std::vector<Case> envelope_cases() {
    const auto status = [](const std::string& more) {
        return event("TalentStatusChanged", R"({"status":"RETIRED"})", more);
    };
    return {
        {"nothing", "", "E_BAD_JSON", ""},
        {"half an object", R"({"id":)", "E_BAD_JSON", ""},
        {"two values", "{} {}", "E_BAD_JSON", ""},
        {"a trailing comma", R"({"id":1,})", "E_BAD_JSON", ""},
        {"invalid UTF-8", "{\"id\":\"\xff\"}", "E_BAD_JSON", ""},
        {"a lone surrogate", R"({"id":"\ud800"})", "E_BAD_JSON", ""},
        {"a surrogate in UTF-8", "{\"id\":\"\xed\xa0\x80\"}", "E_BAD_JSON", ""},
        {"an overlong form", "{\"id\":\"\xc0\xaf\"}", "E_BAD_JSON", ""},
        {"a raw line break in a text", "{\"id\":\"a\nb\"}", "E_BAD_JSON", ""},
        {"NaN", R"({"id":NaN})", "E_BAD_JSON", ""},
        {"more than 64 bits", R"({"id":99999999999999999999999})", "E_BAD_JSON", ""},
        {"too deep", std::string(40, '[') + std::string(40, ']'), "E_TOO_DEEP", ""},
        {"a number", "7", "E_WRONG_TYPE", ""},
        {"null", "null", "E_WRONG_TYPE", ""},
        {"an empty list", "[]", "E_EMPTY", ""},
        {"a list of numbers", "[1]", "E_WRONG_TYPE", "/0"},
        {"no subject", status(""), "E_MISSING_FIELD", "/subject"},
        {"a subject of another kind", status(R"(,"subject":"employer/)" + aa + "\""), "E_BAD_ID",
         "/subject"},
        {"a subject that is none", status(R"(,"subject":"talent")"), "E_BAD_ID", "/subject"},
        {"time given", status(on_talent + R"(,"time":"2019-01-01T00:00:00Z")"), "E_UNKNOWN_FIELD",
         "/time"},
        {"an extension", status(on_talent + R"(,"traceparent":"x")"), "E_UNKNOWN_FIELD",
         "/traceparent"},
        {"a member twice", status(on_talent + on_talent), "E_DUPLICATE_KEY", "/subject"},
        {"an end where none may be", status(on_talent + R"(,"effectiveto":"2019-01-01")"),
         "E_DATES_NOT_ALLOWED", "/effectiveto"},
        {"a day that does not exist", status(on_talent + R"(,"effectivefrom":"2019-02-29")"),
         "E_BAD_DATE", "/effectivefrom"},
        {"a date of another form", status(on_talent + R"(,"effectivefrom":"2019-2-1")"),
         "E_BAD_DATE", "/effectivefrom"},
        {"a date as number", status(on_talent + R"(,"effectivefrom":20190201)"), "E_WRONG_TYPE",
         "/effectivefrom"},
        {"a year far away", status(on_talent + R"(,"effectivefrom":"9999-01-01")"), "E_BAD_DATE",
         "/effectivefrom"},
        {"demo time without offset", status(on_talent + R"(,"demotime":"2019-01-01T00:00:00")"),
         "E_BAD_DATE", "/demotime"},
        {"another content type", status(on_talent + R"(,"datacontenttype":"text/xml")"),
         "E_BAD_CODE", "/datacontenttype"},
        {"a first load as text", status(on_talent + R"(,"firstload":"yes")"), "E_WRONG_TYPE",
         "/firstload"},
        {"an unknown type", event("TalentRetired", "{}"), "E_UNKNOWN_TYPE", "/type"},
        {"an unknown version",
         R"({"specversion":"1.0","id":")" + cid + R"(","type":"talent.TalentAgreed.v2","data":{}})",
         "E_UNKNOWN_TYPE", "/type"},
        {"no type", R"({"specversion":"1.0","id":")" + cid + R"(","data":{"payload":{}}})",
         "E_MISSING_FIELD", "/type"},
        {"another version of CloudEvents",
         R"({"specversion":"0.3","id":")" + cid + R"(","type":"TalentAgreed","data":{}})",
         "E_BAD_CODE", "/specversion"},
        {"no id", R"({"specversion":"1.0","type":"TalentAgreed","data":{"payload":{}}})",
         "E_COMMAND_ID", "/id"},
        {"a bad id",
         R"({"specversion":"1.0","id":"7","type":"TalentAgreed","data":{"payload":{}}})",
         "E_BAD_ID", "/id"},
        {"an array without commandid", "[" + status(on_talent) + "]", "E_COMMAND_ID",
         "/0/commandid"},
        {"two command ids",
         "[" + status(on_talent + R"(,"commandid":")" + cid + "\"") + "," +
             status(on_talent + R"(,"commandid":")" + aa + "\"") + "]",
         "E_COMMAND_ID", "/1/commandid"},
        {"two correlations",
         "[" + status(on_talent + R"(,"commandid":")" + cid + "\"") + "," +
             status(on_talent + R"(,"correlationid":")" + cid + R"(","commandid":")" + cid + "\"") +
             "]",
         "E_ENVELOPE_DIFFERS", "/1/correlationid"},
        {"no data", R"({"specversion":"1.0","id":")" + cid + R"(","type":"LedgerOpened"})",
         "E_MISSING_FIELD", "/data"},
        {"no payload",
         R"({"specversion":"1.0","id":")" + cid + R"(","type":"LedgerOpened","data":{}})",
         "E_MISSING_FIELD", "/data/payload"},
    };
}

std::vector<Case> payload_cases() {
    const auto status = [](const std::string& payload, const std::string& data = "") {
        return event("TalentStatusChanged", payload, on_talent, data);
    };
    return {
        {"a payload that is a list", status("[]"), "E_WRONG_TYPE", "/data/payload"},
        {"a missing field", status("{}"), "E_MISSING_FIELD", "/data/payload/status"},
        {"null", status(R"({"status":null})"), "E_WRONG_TYPE", "/data/payload/status"},
        {"a number for a name", status(R"({"status":1})"), "E_WRONG_TYPE", "/data/payload/status"},
        {"an unknown name", status(R"({"status":"RETIERD"})"), "E_BAD_CODE",
         "/data/payload/status"},
        {"the zero of an enum", status(R"({"status":"none"})"), "E_BAD_CODE",
         "/data/payload/status"},
        {"an unknown field", status(R"({"status":"RETIRED","staus":1})"), "E_UNKNOWN_FIELD",
         "/data/payload/staus"},
        {"an unknown field with a strange name", status(R"({"status":"RETIRED","张 三":1})"),
         "E_UNKNOWN_FIELD", "/data/payload"},
        {"a field twice", status(R"({"status":"RETIRED","status":"ACTIVE"})"), "E_DUPLICATE_KEY",
         "/data/payload/status"},
        {"an unknown member of data", status(R"({"status":"RETIRED"})", R"(,"guard":1)"),
         "E_UNKNOWN_FIELD", "/data/guard"},
        {"a bad legal basis", status(R"({"status":"RETIRED"})", R"(,"legal_basis":"LAW")"),
         "E_BAD_CODE", "/data/legal_basis"},
        {"expectations as list", status(R"({"status":"RETIRED"})", R"(,"expect":[])"),
         "E_WRONG_TYPE", "/data/expect"},
        {"a negative revision",
         status(R"({"status":"RETIRED"})", R"(,"expect":{"talent/)" + aa + R"(":-1})"),
         "E_WRONG_TYPE", "/data/expect/talent~1" + aa},
        {"a revision of 33 bits",
         status(R"({"status":"RETIRED"})", R"(,"expect":{"talent/)" + aa + R"(":4294967296})"),
         "E_OUT_OF_RANGE", "/data/expect/talent~1" + aa},
        {"an expectation of nothing", status(R"({"status":"RETIRED"})", R"(,"expect":{"x":1})"),
         "E_BAD_ID", "/data/expect"},
        {"no evidence in the list", status(R"({"status":"RETIRED"})", R"(,"evidence":[])"),
         "E_EMPTY", "/data/evidence"},
        {"a short digest",
         status(R"({"status":"RETIRED"})",
                R"(,"evidence":[{"alg":"SHA-256","digest":"abcd"}])"),
         "E_BAD_HEX", "/data/evidence/0/digest"},
        {"evidence with a locator and no basis",
         status(R"({"status":"RETIRED"})",
                R"(,"evidence":[{"alg":"SHA-256","locator":"room 7","digest":")" +
                    std::string(64, 'a') + R"("}])"),
         "E_LEGAL_BASIS", "/data/legal_basis"},
        {"a filled field",
         event("AffiliationEnded",
               R"({"affiliation":"3","reason":"RESIGN","employer":")" + aa + R"("})", on_talent),
         "E_FILLED_BY_LEDGER", "/data/payload/employer"},
        {"a reference to nothing",
         event("AffiliationEnded", R"({"affiliation":"x","reason":"RESIGN"})", on_talent),
         "E_BAD_REFERENCE", "/data/payload/affiliation"},
        {"a negative position",
         event("AffiliationEnded", R"({"affiliation":-1,"reason":"RESIGN"})", on_talent),
         "E_WRONG_TYPE", "/data/payload/affiliation"},
        {"a position past 64 bits",
         event("AffiliationEnded",
               R"({"affiliation":"18446744073709551616","reason":"RESIGN"})", on_talent),
         "E_BAD_REFERENCE", "/data/payload/affiliation"},
        {"an amendment of nothing", event("TalentAmended", "{}", on_talent), "E_NOTHING_CHANGES",
         "/data/payload"},
        {"a cleared field that must stay",
         event("TalentAmended", R"({"cleared":["category"]})", on_talent), "E_CLEARED_FIELD",
         "/data/payload/cleared/0"},
        {"cleared and given", event("TalentAmended", R"({"degree":"201","cleared":["degree"]})",
                                    on_talent),
         "E_CLEARED_FIELD", "/data/payload/cleared/0"},
        {"a post that does not change", event("PostChanged", R"({"affiliation":"3"})", on_talent),
         "E_NOTHING_CHANGES", "/data/payload"},
        {"a correction of nothing",
         event("EventCorrected", R"({"target":"3","reason":"TYPO"})"), "E_NOTHING_CHANGES",
         "/data/payload"},
        {"a replacement without type",
         event("EventCorrected", R"({"target":"3","reason":"TYPO","replacement":{}})"),
         "E_MISSING_FIELD", "/data/payload/replacement"},
        {"a replacement that is incomplete",
         event("EventCorrected", R"({"target":"3","reason":"TYPO",
               "replacement_type":"SiteClosed","replacement":{}})"),
         "E_MISSING_FIELD", "/data/payload/replacement/site"},
        {"corrected dates in disorder",
         event("EventCorrected", R"({"target":"3","reason":"TYPO",
               "dates":{"from":"2019-07-08","to":"2019-07-08"}})"),
         "E_DATE_ORDER", "/data/payload/dates/to"},
        {"a text too long",
         event("TransferWithdrawn", R"({"reason":")" + std::string(501, 'x') + R"("})",
               R"(,"subject":"transfer/)" + aa + "\"", R"(,"legal_basis":"CONTRACT_HR")"),
         "E_TOO_LONG", "/data/payload/reason"},
        {"a control character",
         event("TransferWithdrawn", R"({"reason":"a\u0007"})",
               R"(,"subject":"transfer/)" + aa + "\"", R"(,"legal_basis":"CONTRACT_HR")"),
         "E_BAD_TEXT", "/data/payload/reason"},
        {"a direction mark",
         event("TransferWithdrawn", R"({"reason":"a\u202eb"})",
               R"(,"subject":"transfer/)" + aa + "\"", R"(,"legal_basis":"CONTRACT_HR")"),
         "E_BAD_TEXT", "/data/payload/reason"},
        {"an empty text",
         event("TransferWithdrawn", R"({"reason":""})", R"(,"subject":"transfer/)" + aa + "\""),
         "E_EMPTY", "/data/payload/reason"},
        {"personal data without basis",
         event("TransferWithdrawn", R"({"reason":"x"})", R"(,"subject":"transfer/)" + aa + "\""),
         "E_LEGAL_BASIS", "/data/legal_basis"},
        {"a parameter past 64 bits",
         event("ParameterSet", R"({"name":"lapse_days","value":"9223372036854775808"})"),
         "E_WRONG_TYPE", "/data/payload/value"},
        {"an unsigned number past the signed ones",
         event("ParameterSet", R"({"name":"lapse_days","value":18446744073709551615})"),
         "E_OUT_OF_RANGE", "/data/payload/value"},
        {"a fraction", event("ParameterSet", R"({"name":"lapse_days","value":1.5})"),
         "E_WRONG_TYPE", "/data/payload/value"},
        {"a number with zeros before it",
         event("ParameterSet", R"({"name":"lapse_days","value":"007"})"), "E_WRONG_TYPE",
         "/data/payload/value"},
        {"a parameter nobody knows", event("ParameterSet", R"({"name":"lapse_day","value":1})"),
         "E_BAD_CODE", "/data/payload/name"},
        {"too much load",
         event("PostChanged", R"({"affiliation":"3","fte":1001})", on_talent), "E_OUT_OF_RANGE",
         "/data/payload/fte"},
        {"no load", event("PostChanged", R"({"affiliation":"3","fte":0})", on_talent),
         "E_OUT_OF_RANGE", "/data/payload/fte"},
        {"a small number as text",
         event("PostChanged", R"({"affiliation":"3","fte":"100"})", on_talent), "E_WRONG_TYPE",
         "/data/payload/fte"},
        {"a degree that is none",
         event("QualificationRecorded", R"({"kind":"DEGREE","code":"011"})", on_talent),
         "E_BAD_CODE", "/data/payload/code"},
        {"half a month",
         event("ServiceRendered",
               R"({"workday_mday":0,"restday_mday":1,"region_served":"513401","place":"513401"})",
               on_engagement + R"(,"effectivefrom":"2019-04-01","effectiveto":"2019-04-30")"),
         "E_BAD_MONTH", "/effectivefrom"},
        {"no month",
         event("ServiceRendered",
               R"({"workday_mday":0,"restday_mday":1,"region_served":"513401","place":"513401"})",
               on_engagement),
         "E_MISSING_FIELD", "/effectivefrom"},
    };
}

std::vector<Case> person_and_schedule_cases() {
    const auto document = [](const std::string& doc, const std::string& more) {
        return registered(R"("doc":)" + doc + "," + more);
    };
    const std::string citizen = R"({"kind":"CN_ID","issuer":"CHN","number":"510100198005120012"})";
    return {
        {"a wrong check digit",
         document(R"({"kind":"CN_ID","issuer":"CHN","number":"510100198005120011"})",
                  R"("sex":1,"birth_year":1980)"),
         "E_DOC_CHECK_DIGIT", "/data/payload/doc/number"},
        {"an old number",
         document(R"({"kind":"CN_ID15","issuer":"CHN","number":"110105491231002"})",
                  R"("sex":1,"birth_year":1949)"),
         "E_DOC_KIND", "/data/payload/doc/kind"},
        {"another birth year", document(citizen, R"("sex":1,"birth_year":1981)"),
         "E_BIRTH_MISMATCH", "/data/payload/birth_year"},
        {"another birth date",
         document(citizen, R"("sex":1,"birth_year":1980,"birth_date":"1980-05-13")"),
         "E_BIRTH_MISMATCH", "/data/payload/birth_date"},
        {"another sex", document(citizen, R"("sex":2,"birth_year":1980)"), "E_SEX_MISMATCH",
         "/data/payload/sex"},
        {"a sex that is no code", document(citizen, R"("sex":3,"birth_year":1980)"), "E_BAD_CODE",
         "/data/payload/sex"},
        {"an empty name object",
         registered(good_person + R"(,"source":{})"), "E_EMPTY", "/data/payload/source"},
        {"eleven titles",
         registered(good_person + R"(,"skills":["SK01","SK01","SK01","SK01","SK01","SK01",
                    "SK01","SK01","SK01","SK01","SK01"])"),
         "E_TOO_MANY", "/data/payload/skills"},
        {"a fault inside a list",
         registered(good_person + R"(,"contact":[{"kind":"PHONE","value":"1"},{"kind":"PHONE"}])"),
         "E_MISSING_FIELD", "/data/payload/contact/1/value"},
        {"weekly without slots", proposed(R"({"kind":"WEEKLY"})"), "E_SCHEDULE",
         "/data/payload/schedule/slots"},
        {"weekly without anchor",
         proposed(R"({"kind":"WEEKLY","slots":["SAT_AM"],"every_n_weeks":2})"),
         "E_SCHEDULE", "/data/payload/schedule/anchor"},
        {"continuous with a budget", proposed(R"({"kind":"CONTINUOUS","budget_mday":1})"),
         "E_SCHEDULE", "/data/payload/schedule/budget_mday"},
        {"a season that is none",
         proposed(R"({"kind":"SEASONAL","windows":[{"from":"02-30","to":"03-01"}]})"), "E_BAD_CODE",
         "/data/payload/schedule/windows/0/from"},
        {"an unknown slot", proposed(R"({"kind":"WEEKLY","slots":["SAT"]})"), "E_BAD_CODE",
         "/data/payload/schedule/slots/0"},
    };
}

}  // namespace

TEST_CASE("CommandReader refuses bad input with a code and a place", "[codec]") {
    Fixture given;
    auto cases = envelope_cases();
    for (auto& more : payload_cases()) cases.push_back(std::move(more));
    for (auto& more : person_and_schedule_cases()) cases.push_back(std::move(more));
    for (const auto& one : cases) {
        INFO(one.what << ": " << one.json);
        const auto found = given.read(one.json);
        REQUIRE_FALSE(found);
        CHECK(found.error().fault == base::Fault::invalid);
        CHECK(found.error().code == one.code);
        CHECK(found.error().pointer == one.pointer);
        CHECK(CodeLists::built_in().list("error_codes")->has(found.error().code));
    }
}

TEST_CASE("CommandReader takes what the bad cases were bent from", "[codec]") {
    Fixture given;
    CHECK(given.read(registered(good_person)));
    CHECK(given.read(registered(good_person + R"(,"birth_date":"1980-05-12")")));
    CHECK(given.read(proposed(R"({"kind":"WEEKLY","slots":["SAT_AM"]})")));
    for (const auto* value : {R"("-9223372036854775808")", "9223372036854775807", "0", R"("7")"}) {
        CHECK(given.read(event("ParameterSet",
                               std::string(R"({"name":"lapse_days","value":)") + value + "}")));
    }
    CHECK(given.read(event("LedgerOpened",
                           R"({"ledger":")" + aa +
                               R"(","kind":"DEMO","origin":"x","zone":"Asia/Shanghai","suite":1,)" +
                               R"("format":1})")));
}

TEST_CASE("CommandReader reports every fault at once, fifty at most", "[codec]") {
    Fixture given;
    const auto found = given.read(event(
        "TalentRegistered", R"({"category":"XX","doc":{"kind":"CN_ID","issuer":"CHN"},"sex":7})"));
    REQUIRE_FALSE(found);
    const auto& details = found.error().details;
    CHECK(details.size() == 7);
    CHECK(details.front().code == found.error().code);
    for (const auto& detail : details) {
        INFO(detail.pointer << " " << detail.what);
        CHECK(CodeLists::built_in().list("error_codes")->has(detail.code));
    }

    std::string many = "{";
    for (int i = 0; i < 200; ++i) many += (i ? ",\"x" : "\"x") + std::to_string(i) + "\":1";
    const auto flooded = given.read(event("TalentAgreed", many + "}"));
    REQUIRE_FALSE(flooded);
    CHECK(flooded.error().details.size() == 50);
}

TEST_CASE("CommandReader refuses more events than a command may have", "[codec]") {
    Fixture given;
    const auto one = event("TalentStatusChanged", R"({"status":"RETIRED"})",
                           on_talent + R"(,"commandid":")" + cid + "\"");
    std::string all = "[";
    for (std::size_t i = 0; i < command_events_max; ++i) all += one + ",";
    CHECK(given.read(all.substr(0, all.size() - 1) + "]"));
    const auto found = given.read(all + one + "]");
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "E_TOO_MANY");
}

TEST_CASE("CommandReader never repeats a personal value in a refusal", "[codec]") {
    Fixture given;
    const auto found = given.read(registered(
        R"("doc":{"kind":"CN_ID","issuer":"CHN","number":"510100198005120011"},
           "sex":1,"birth_year":1980,"contact":[{"kind":"FAX","value":"13800000000"}])"));
    REQUIRE_FALSE(found);
    for (const auto& detail : found.error().details) {
        CHECK(detail.what.find("51010019") == std::string::npos);
        CHECK(detail.what.find("1380000") == std::string::npos);
    }
}

TEST_CASE("CommandReader survives twenty thousand random mutations", "[codec]") {
    Fixture given;
    test::CommandGenerator generator(42);
    const auto& types = Catalogue::built_in().types();
    EventEncoder encoder;
    std::size_t read = 0;
    std::string json;
    for (int run = 0; run < 20'000; ++run) {
        if (run % 20 == 0) json = generator.command(types[generator.below(types.size())], 70);
        auto mutant = json;
        for (std::size_t n = 1 + generator.below(3); n > 0; --n) {
            const auto at = generator.below(mutant.size());
            switch (generator.below(6)) {
                case 0: mutant[at] = static_cast<char>(generator.below(256)); break;
                case 1: mutant.erase(at, 1 + generator.below(8)); break;
                case 2: mutant.insert(at, mutant.substr(generator.below(mutant.size()), 9)); break;
                case 3: mutant[at] = "0123456789{}[]\",:-.eE\\"[generator.below(22)]; break;
                case 4: mutant.insert(at, 1, "9\"[{\\"[generator.below(5)]); break;
                default: mutant.resize(at + 1);
            }
            if (mutant.empty()) mutant = " ";
        }
        const auto found = given.read(mutant);
        if (!found) {
            REQUIRE_FALSE(found.error().code.empty());
            continue;
        }
        ++read;
        for (const auto& draft : found->drafts) {
            Placement placement;
            placement.streams = {{{StreamKind::talent, Id{}}, {1}}};
            REQUIRE(encoder.encode(*found, draft, placement, {}, BodyMac{}, 1));
        }
    }
    CHECK(read > 100);     // some mutations only change a value
    CHECK(read < 10'000);  // most are found
}
