// The demonstration story in process: every outcome and every golden answer.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <map>

#include "tests/acceptance/loaded_ledger.h"
#include "tools/story/story.h"

namespace {

using acceptance::LoadedLedger;

void load_story(LoadedLedger& loaded) {
    for (const auto& step : story::steps()) {
        INFO("row " << step.row << ": " << step.title);
        CHECK(loaded.record(step.json, step.actor) == step.outcome);
    }
    loaded.catch_up();
}

}  // namespace

TEST_CASE("The story is recorded, and refused where it must be", "[story]") {
    LoadedLedger loaded;
    load_story(loaded);
    std::map<std::string, int> refusals;
    for (const auto& step : story::steps()) {
        if (step.outcome != "recorded") ++refusals[step.outcome];
    }
    CHECK(refusals ==
          std::map<std::string, int>{{"E_NOT_CURRENT_EMPLOYER", 1}, {"E_STATION_CAP", 1}});

    SECTION("and gives every golden answer") {
        for (const auto& golden : story::golden()) {
            INFO(golden.name);
            const auto answer = loaded.ask(golden.view, golden.subject, golden.parameters);
            const auto text = boost::json::serialize(answer);
            INFO(text);
            CHECK(story::disagreement(golden, text) == "");
        }
    }
    SECTION("and a second load changes nothing") {
        const auto size = loaded.ledger().head().size;
        for (const auto& step : story::steps()) {
            const auto again = loaded.record(step.json, step.actor);
            if (step.outcome == "recorded") CHECK(again == "replayed");
        }
        CHECK(loaded.ledger().head().size == size);
    }
}
