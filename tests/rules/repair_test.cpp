// Records that broke a rule without anybody's doing can be repaired (INV-Q2).
#include <catch2/catch.hpp>

#include "events/rules/breaches.h"
#include "tests/rules/desk.h"
#include "tests/rules/province.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

Say redate(const std::string& target, const char* from) {
    return {"EventCorrected", "",
            "{\"target\":" + target + ",\"dates\":{\"from\":\"" + from +
                "\"},\"reason\":\"WRONG_DATE\"}"};
}

/// Whoever starts on that day or later has to be so old.
void raise_age(Province& province, int age, const char* from = "2000-01-01") {
    province.must(Province::province(),
                  {{"ParameterSet", "",
                    fmt::format(R"({{"name":"first_affiliation_age","value":{}}})", age),
                    from}});
}

std::vector<std::string> codes(const events::Breaches& found) {
    std::vector<std::string> list;
    for (const auto& breach : found) list.push_back(breach.code + " " + breach.day.text());
    return list;
}

}  // namespace

TEST_CASE("a correction is refused only for what it newly breaks", "[rules]") {
    struct Row { const char* name; const char* from; const char* code; };
    const Row rows[] = {
        {"as young as before, on another day", "2019-01-20", ""},
        {"old enough", "2020-01-10", ""},
        {"younger than before", "2018-12-31", "E_CORRECTION_BREAKS"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Province province;
        const auto started = province.at_home("wang", "lab", "2019-01-10");  // born in 1980
        raise_age(province, 40);
        CHECK(province.tell(Province::office(), {redate(started, row.from)}) == row.code);
    }
}

TEST_CASE("an old breach excuses no new one", "[rules]") {
    Province province;
    const auto first = province.at_home("wang", "lab", "2019-01-10");
    province.must(Province::end("wang", first, "2019-02-01"));
    const auto ended = province.ref();
    province.must(Province::start("wang", "lab", "2019-02-01"));
    raise_age(province, 40);
    CHECK(province.tell(Province::office(), {redate(ended, "2019-02-05")}) ==
          "E_CORRECTION_BREAKS");
    CHECK(province.why.find("E_AFFIL_OVERLAP") != std::string::npos);
    CHECK(province.tell(Province::office(), {redate(ended, "2019-01-25")}).empty());
}

TEST_CASE("a new post is not refused for what an older one broke", "[rules]") {
    Province province;
    const auto first = province.at_home("wang", "lab", "2019-01-10");
    raise_age(province, 40);
    raise_age(province, 16, "2019-02-15");
    CHECK(province.tell(Province::end("wang", first, "2019-02-10")).empty());
    CHECK(province.tell(Province::start("wang", "lab", "2019-02-14")) == "E_AGE");
    CHECK(province.tell(Province::start("wang", "lab", "2019-02-15")).empty());
}

TEST_CASE("what a correction of a site breaks stands in the list of breaches", "[rules]") {
    Desk desk;
    desk.person("T1", "E1", "S1");
    const auto around = [&] {
        return events::Surroundings{desk.reference(), [&](const events::Id& id) {
                                        return desk.registry.standings().employer(id);
                                    }};
    };
    const auto breaches = [&] {
        const auto person = desk.who("T1");
        return codes(events::standing_breaches(person, around()));
    };
    CHECK(breaches().empty());
    std::string opened;  // of the site S1
    desk.log().each({events::StreamKind::employer, Desk::id("E1")}, [&](const auto& fact) {
        if (fact.type == events::schema::Payload::SiteOpened && opened.empty())
            opened = desk.registry.ref_at(fact.position.value);
    });
    desk.must(Role::M, Asked{"EventCorrected", "",
                             fmt::format(R"({{"target":{},"dates":{{"from":"2018-07-01"}},)"
                                         R"("reason":"WRONG_DATE"}})",
                                         opened)});
    CHECK(breaches() == std::vector<std::string>{"E_NO_SITE 2018-06-01"});
    // The person's own record can still be corrected, also into agreement with the site.
    desk.must(Role::M, Asked{"EventCorrected", "",
                             fmt::format(R"({{"target":{},"dates":{{"from":"2018-07-02"}},)"
                                         R"("reason":"WRONG_DATE"}})",
                                         desk.home_of("T1"))});
    CHECK(breaches().empty());
}

TEST_CASE("files and insurance are late from the sixteenth day until they follow", "[rules]") {
    using events::Period;
    events::Person person;
    events::TransferCase transfer;
    transfer.state = events::TransferState::effective;
    transfer.effected_on = Date::parse("2019-07-08");
    transfer.effected = events::EventName{{7}, {}};
    const events::ReferenceBook book(events::CodeLists::built_in());
    const auto late = [&](const char* file, const char* insurance) {
        transfer.file_on = Date::parse(file);
        transfer.insurance_on = Date::parse(insurance);
        person.transfers = {transfer};
        std::vector<std::string> list;
        for (const auto& one : events::late_handovers(person, book)) {
            const auto until =
                one.until == events::forever ? std::string("open") : one.until.text();
            list.push_back(one.code + " " + one.day.text() + " " + until);
        }
        return list;
    };
    using List = std::vector<std::string>;
    CHECK(late("2019-07-12", "2019-07-23").empty());
    CHECK(late("", "2019-07-15") == List{"W_FILE_LATE 2019-07-24 open"});
    CHECK(late("2019-07-24", "2019-08-01") ==
          List{"W_FILE_LATE 2019-07-24 2019-07-24", "W_INSURANCE_LATE 2019-07-24 2019-08-01"});
    transfer.state = events::TransferState::reversed;
    CHECK(late("", "").empty());
}
