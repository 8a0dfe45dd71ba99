// Records joined and parted again (INV-T7, settled.md 1.10).
#include <catch2/catch.hpp>

#include "tests/rules/province.h"
#include "tests/support/describe.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

Date day(const char* text) {
    return Date::parse(text).value();
}

Say merge(const char* survivor, const char* absorbed, const char* choices = "") {
    return {"TalentRecordsMerged", std::string("talent/'") + survivor + "'",
            fmt::format(R"({{"absorbed":['{}']{}}})", absorbed, choices)};
}

/// Two records of one person: `wang`, and `twin` with a passport-like other number.
struct Twins : Province {
    Twins() {
        talent("wang");
        talent("twin");
    }
    std::string join(const char* survivor, const char* absorbed, const char* choices = "") {
        auto code = tell(steward(), {merge(survivor, absorbed, choices)});
        if (code.empty()) code = approve(last);
        return code;
    }
};

}  // namespace

TEST_CASE("a merge holds nothing until another actor approves it", "[rules]") {
    Twins twins;
    REQUIRE(twins.tell(Province::steward(), {merge("wang", "twin")}).empty());
    CHECK(twins.proposed);
    const auto command = twins.last;
    CHECK(twins.who("twin")->id == Registry::id("twin"));
    CHECK(twins.approve(command, "steward") == "E_FOUR_EYES");
    REQUIRE(twins.approve(command).empty());
    CHECK(twins.who("twin")->id == Registry::id("wang"));
    CHECK(twins.who("wang")->absorbed == std::vector{Registry::id("twin")});
}

TEST_CASE("an absorbed id stays valid: what names it is recorded for the survivor", "[rules]") {
    Twins twins;
    twins.must(Province::office(), {Province::start("twin", "uni", "2019-01-01")});
    const auto home = twins.ref();
    REQUIRE(twins.join("wang", "twin").empty());
    CHECK(twins.who("wang")->home_on(day("2019-02-01")) != nullptr);
    REQUIRE(twins.tell(Province::end("twin", home, "2019-02-10")).empty());
    twins.history().at(twins.first, [](const events::Fact& fact) {
        CHECK(fact.home.id == Registry::id("wang"));
        CHECK(fact.named_as == Registry::id("twin"));
    });
    CHECK(twins.who("wang")->home_on(day("2019-02-10")) == nullptr);
    CHECK(twins.tell(twins.registration("twin", twins.number(), "1980-05-01")) ==
          "E_STREAM_EXISTS");
}

TEST_CASE("a merge is refused while the records contradict each other", "[rules]") {
    Twins twins;
    twins.must(Province::office(), {Province::start("wang", "uni", "2019-01-01")});
    twins.must(Province::office(), {Province::start("twin", "works", "2019-02-01")});
    const auto second = twins.ref();
    CHECK(twins.join("wang", "twin") == "E_MERGE_CONFLICT");
    CHECK(twins.join("wang", "wang") == "E_MERGE_CONFLICT");
    CHECK(twins.join("wang", "nobody") == "E_NO_TALENT");

    SECTION("unless the same command resolves it") {
        REQUIRE(
            twins
                .tell(Province::steward(),
                      {merge("wang", "twin"),
                       {"EventRetracted", "", "{\"target\":" + second + ",\"reason\":\"TYPO\"}"}})
                .empty());
        CHECK(twins.who("twin")->affiliations.size() == 1);
        REQUIRE(twins.approve(twins.last).empty());
        CHECK(twins.who("twin")->affiliations.size() == 1);
        CHECK(twins.who("wang")->affiliations.front().employer == Registry::id("uni"));
    }
}

TEST_CASE("chains of merges resolve to the last survivor, and cycles cannot be approved",
          "[rules]") {
    Twins twins;
    twins.talent("third");
    REQUIRE(twins.tell(Province::steward(), {merge("twin", "wang")}).empty());
    const auto backwards = twins.last;
    REQUIRE(twins.join("wang", "twin").empty());
    CHECK(twins.approve(backwards) == "E_MERGE_CONFLICT");
    CHECK(twins.join("third", "twin") == "E_MERGE_CONFLICT");
    REQUIRE(twins.join("third", "wang").empty());
    CHECK(twins.who("twin")->id == Registry::id("third"));
    CHECK(twins.who("third")->absorbed.size() == 2);
    const auto alone = events::fold_person(Registry::id("twin"), twins.history());
    CHECK(alone.absorbed_into == Registry::id("third"));
}

TEST_CASE("the survivor's particulars hold, but for the fields taken from the other", "[rules]") {
    Twins twins;
    twins.must({"TalentAmended", "talent/'twin'", R"({"degree":"2","residence":"511500"})"});
    REQUIRE(twins.join("wang", "twin", R"(,"choices":[{"field":"degree","taken_from":'twin'}])")
                .empty());
    const auto* held = twins.who("wang")->particulars_on(day("2019-03-01"));
    CHECK(held->degree == "2");
    CHECK(held->residence == "510100");
}

TEST_CASE("a split after a merge gives every later event to the record it belongs to", "[rules]") {
    Twins twins;
    twins.must(Province::office(), {Province::start("twin", "uni", "2019-01-01")});
    const auto home = twins.ref();
    REQUIRE(twins.join("wang", "twin").empty());
    const auto merged = twins.ref_at(twins.first.value - 1);
    twins.must(Province::end("twin", home, "2019-02-10"));
    const auto ended = twins.ref();
    twins.must({"TalentAmended", "talent/'wang'", R"({"degree":"2"})"});
    const auto amended = twins.ref();
    const auto split = [&](const std::string& allocations) {
        return twins.tell(Province::steward(), {{"TalentRecordsSplit", "talent/'wang'",
                                                 "{\"merge\":" + merged + ",\"restored\":['twin']" +
                                                     allocations + "}"}});
    };
    const auto give = [](const std::string& event, const char* to) {
        return "{\"event\":" + event + ",\"talent\":'" + to + "'}";
    };
    CHECK(split("") == "E_ALLOCATION");
    CHECK(split(",\"allocations\":[" + give(ended, "twin") + "]") == "E_ALLOCATION");
    CHECK(split(",\"allocations\":[" + give(ended, "twin") + "," + give(amended, "other") + "]") ==
          "E_ALLOCATION");
    REQUIRE(split(",\"allocations\":[" + give(ended, "twin") + "," + give(amended, "wang") + "]")
                .empty());
    REQUIRE(twins.approve(twins.last).empty());

    const auto* wang = twins.who("wang");
    const auto* twin = twins.who("twin");
    CHECK(twin->id == Registry::id("twin"));
    CHECK(wang->affiliations.empty());
    CHECK(wang->particulars_on(day("2019-03-01"))->degree == "2");
    REQUIRE(twin->affiliations.size() == 1);
    CHECK(twin->affiliations.front().period.to == day("2019-02-10"));
    CHECK(twin->particulars_on(day("2019-03-01"))->degree.empty());
    CHECK(wang->absorbed.empty());

    twins.must(Province::start("twin", "lab", "2019-02-15"));
    twins.must({"TalentAmended", "talent/'twin'", R"({"residence":"510700"})"});
    CHECK(twins.who("twin")->affiliations.size() == 2);
    CHECK(twins.who("wang")->affiliations.empty());
    CHECK(split("") == "E_NO_MERGE");
    for (const auto* name : {"wang", "twin"}) {
        CHECK(describe(*twins.who(name)) ==
              describe(events::fold_person(Registry::id(name), twins.history())));
    }
}
