// The golden answers of the demonstration story (domain.md part 6) that rest on these views.
#include "tools/story/story.h"

#include <catch2/catch.hpp>

#include "tests/projections/province.h"

namespace {

using test::Cells;
using test::text;

/// The whole story recorded, once for all tests of this file: nothing here changes it.
struct Told {
    Told() {
        fixture.open();
        for (const auto& step : story::steps()) {
            const auto receipt = fixture.record(step.json, step.actor);
            const std::string outcome = receipt ? "recorded" : receipt.error().code;
            if (outcome != step.outcome) {
                unexpected.push_back(fmt::format("row {} ({}): {} {}", step.row, step.title,
                                                 outcome, receipt ? "" : receipt.error().what));
            }
        }
        views = std::make_unique<test::ViewsFixture>(*fixture.ledger);
        views->catch_up();
    }
    test::LedgerFixture fixture;
    std::vector<std::string> unexpected;
    std::unique_ptr<test::ViewsFixture> views;
};

const test::ViewsFixture& told() {
    static Told story;
    CHECK(story.unexpected == std::vector<std::string>{});
    return *story.views;
}

const std::string t3 = "0103bf43e5eabe8fb8a7382692fa23bb";
const std::string t7 = "0107945a0dbb358bc45eb3d7a25c4964";
const std::string t7b = "017b845b7fb5ebaa559f439e2ea8487e";
const std::string e2 = "02024dcc2eff477b4342b0bfde0c75b9";
const std::string e3 = "0203eb8fd47924354ceaf5f4caa56977";
const std::string e8 = "0208f3433c4f26dd78f58aa492df1729";

std::string home_of(const std::string& talent, const std::string& day, const std::string& known) {
    const auto answer = told().ask("dossier", {{"effective_at", day}, {"known_at", known}}, talent);
    return std::string(answer.at("current").at("home").at("employer").as_string());
}

test::Parameters year(const std::string& number, test::Parameters more = {}) {
    more.emplace("from", number + "-01-01");
    more.emplace("to", std::to_string(std::stoi(number) + 1) + "-01-01");
    more.emplace("known_at", number + "-12-31");
    return more;
}

}  // namespace

TEST_CASE("The story: the home of T3 on 2019-07-05 depends on when one asks", "[projections]") {
    CHECK(home_of(t3, "2019-07-05", "2019-07-20") == e3);
    CHECK(home_of(t3, "2019-07-05", "2019-08-10") == e8);
    CHECK(home_of(t3, "2019-07-08", "2019-08-10") == e3);
}

TEST_CASE("The story: flows between zones", "[projections]") {
    CHECK(told().flow(year("2019")) == Cells{{"CDP>SSC", 1}});
    // Dated 07-08 after the correction.
    CHECK(told().flow({{"from", "2019-07-08"}, {"to", "2019-07-09"}}) == Cells{{"CDP>SSC", 1}});
    CHECK(told().flow({{"from", "2019-07-01"}, {"to", "2019-07-02"}}).empty());
    CHECK(told().flow({{"from", "2019-07-01"}, {"to", "2019-07-02"}, {"known_at", "2019-07-20"}}) ==
          Cells{{"CDP>SSC", 1}});
    CHECK(told().flow(year("2021", {{"mode", "CHANNEL"}})) == Cells{{"CDP>NWS", 1}});
    const auto answer = told().ask("flow-matrix", year("2021", {{"slice", "team_from,team"}}));
    REQUIRE(answer.at("rows").as_array().size() == 1);
    CHECK(text(answer.at("rows").as_array().at(0).at("team_from")) == "ZJ");
    CHECK(text(answer.at("rows").as_array().at(0).at("team")) == "DZ");
}

TEST_CASE("The story: use between zones", "[projections]") {
    const Cells use = told().use(year("2019"));
    CHECK(use.at("CDP>PXI") == 16.5);
    CHECK(use.at("CDP>NES") == 18.0);
    CHECK(use.at("CDP>NWS") == 21.0);
    CHECK(use.size() == 3);
    CHECK(told().use({{"from", "2019-01-01"}, {"to", "2019-08-01"}, {"known_at", "2019-08-01"}}) ==
          Cells{{"CDP>PXI", 8.0}});
    // Spill-over of the trunk: T6's home is Mianyang, so its 21.0 are not Chengdu's.
    Cells from_trunk = told().use(year("2019", {{"by", "prefecture"}}));
    double volume = 0;
    for (const auto& [cell, days] : from_trunk) {
        if (cell.starts_with("510100>") && cell != "510100>510100") volume += days;
    }
    CHECK(volume == 34.5);
}

TEST_CASE("The story: homes and net inflow at the end of 2019", "[projections]") {
    const test::Parameters end{{"effective_at", "2019-12-31"}, {"known_at", "2019-12-31"}};
    CHECK(told().by_region("stock", "persons", end) ==
          Cells{{"510100", 3}, {"511500", 2}, {"510700", 1}, {"513300", 1}});
    CHECK(told().by_region("net-inflow", "net", year("2019")) ==
          Cells{{"CDP", -1}, {"SSC", 1}, {"NWS", 0}});
    CHECK(told().by_region("net-inflow", "effectiveness", year("2019")) ==
          Cells{{"CDP", -1}, {"SSC", 1}});                                          // 0 / 0 is null
    CHECK(told().by_region("net-inflow", "entries", year("2019")).at("CDP") == 1);  // T7 at E7
}

TEST_CASE("The story: an absorbed record is answered by its survivor", "[projections]") {
    const auto after = told().ask("dossier", {{"known_at", "2019-12-31"}}, t7b);
    CHECK(text(after.at("talent")) == t7);
    CHECK(text(after.at("resolved_from")) == t7b);
    const auto before = told().ask("dossier", {{"known_at", "2019-05-31"}}, t7b);
    CHECK(text(before.at("talent")) == t7b);
    CHECK(before.at("resolved_from").is_null());
}

TEST_CASE("The story: dossier marks what was changed", "[projections]") {
    const auto answer = told().ask("dossier", {{"known_at", "2019-12-31"}}, t3);
    int replaced = 0;
    for (const auto& row : answer.at("rows").as_array()) {
        if (text(row.at("standing")) != "replaced") continue;
        ++replaced;
        CHECK(text(row.at("effective_from")) == "2019-07-08");
        CHECK(text(row.at("recorded_from")) == "2019-07-01");
        CHECK(!row.at("changed_by").is_null());
    }
    CHECK(replaced == 3);  // effect, end and start are corrected together
}

TEST_CASE("The story: roster and calendar of the vanadium maker's guests", "[projections]") {
    const auto roster = told().ask("roster", {{"effective_at", "2019-11-02"}}, e2);
    std::map<std::string, int> relations;
    for (const auto& row : roster.at("rows").as_array()) {
        ++relations[std::string(row.at("relation").as_string())];
    }
    CHECK(relations == std::map<std::string, int>{{"guest", 2}});  // T1 and T8

    const auto calendar = told().ask("calendar", {{"from", "2019-04-20"}, {"to", "2019-05-19"}},
                                     "0101bf053e0c3bb1e9ad15f9e1f587f6");
    std::vector<std::string> days;
    for (const auto& row : calendar.at("rows").as_array()) {
        days.emplace_back(row.at("day").as_string());
    }
    CHECK(days == std::vector<std::string>{"2019-04-20", "2019-05-04", "2019-05-18"});
}
