// Synthetic years through the real rules: outcomes as planned, views equal to the naive model.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/late_changes.h"
#include "tests/acceptance/recount.h"
#include "tools/synthetic/synthetic.h"

namespace {

using acceptance::LoadedLedger;
using events::Date;

/// Refusals and surprises by kind, so that a failure says at once what went wrong.
std::string summary(const LoadedLedger& loaded) {
    std::map<std::string, std::pair<int, std::string>> kinds;
    for (const auto& one : loaded.surprises()) {
        auto& [count, example] = kinds[one.expected + " became " + one.happened + ": " + one.what];
        if (count++ == 0) example = one.json;
    }
    std::string out;
    for (const auto& [kind, seen] : kinds) {
        out += std::to_string(seen.first) + " x " + kind + "\n    " + seen.second.substr(0, 900) +
               "\n";
    }
    return out;
}

synthetic::Plan load(LoadedLedger& loaded, std::uint32_t talents, std::uint64_t seed) {
    synthetic::Generator generator({.seed = seed, .talents = talents, .start = loaded.next_day()});
    synthetic::Step step;
    while (generator.next(step)) {
        loaded.submit(step.json, *step.actor, std::string(step.outcome));
    }
    loaded.settle();
    return generator.plan();
}

/// The end of the command that the event at this position belongs to.
std::size_t command_end(const std::vector<std::string>& log, std::size_t position) {
    const auto* event = events::schema::GetEvent(log[position].data());
    return position + event->command_size() - event->command_index();
}

/// Five moments with K in the synthetic years, and one that knows nearly all late changes too.
void compare_everywhere(LoadedLedger& loaded, std::uint64_t seed, std::size_t talents) {
    constexpr std::size_t moments = 6;
    const std::size_t size = loaded.ledger().head().size;
    std::mt19937_64 random(seed);
    {
        const auto log = loaded.log();
        const auto late =
            acceptance::record_late_changes(loaded, naive::Model(log, size), random);
        for (const auto& [what, many] : late) std::cout << "late: " << what << ": " << many << '\n';
        for (const char* what :
             {"CalendarPublished", "EmployerAmended", "EmployerMerged", "EngagementExtended",
              "EngagementRescheduled", "EventCorrected", "EventRetracted", "PostChanged",
              "TalentRecordsMerged", "TalentRecordsSplit"}) {
            INFO(what);
            CHECK(late.contains(what));
        }
    }
    loaded.catch_up();
    const auto log = loaded.log();
    std::size_t questions = 0;
    for (std::size_t number = 0; number < moments; ++number) {
        acceptance::Moment moment;
        moment.known = command_end(log, size / 2 + random() % (size / 2 - 1));
        if (number + 1 == moments) moment.known = command_end(log, log.size() - 4);
        moment.at = Date{17'500 + static_cast<int>(random() % 2'400)};
        moment.from = Date{17'300 + static_cast<int>(random() % 2'200)};
        moment.to = moment.from + 30 + static_cast<int>(random() % 300);
        const naive::Model model(log, moment.known);
        acceptance::Recount recount(loaded, model, moment);
        const bool many = talents > 10'000;
        acceptance::Extent extent;
        extent.every = many ? moments : 1;
        extent.first = many ? number : 0;
        extent.people = many ? 400 : 60;
        extent.employers = many ? 60 : 1'000;
        recount.every_coding();
        recount.every_field(extent);
        recount.people(extent, random);
        recount.employers(extent, random);
        questions += recount.questions();
    }
    std::cout << questions << " questions answered as counted by hand\n";
}

void check_years(std::uint32_t talents, std::uint64_t seed) {
    LoadedLedger loaded;
    const auto plan = load(loaded, talents, seed);
    INFO("seed " << seed << "\n" << summary(loaded));
    REQUIRE(loaded.surprises().empty());
    CHECK(loaded.refused() == plan.refused);
    CHECK(plan.refused.size() >= 10);
    loaded.catch_up();
    compare_everywhere(loaded, seed, talents);
}

}  // namespace

TEST_CASE("Fifteen hundred people's years come out as planned and as counted by hand",
          "[synthetic]") {
    const char* given = std::getenv("SYNTHETIC_SEED");  // to try others by hand
    check_years(1'500, given != nullptr ? std::strtoull(given, nullptr, 10) : 20190323);
}

TEST_CASE("A hundred thousand people's years come out as planned and as counted by hand",
          "[.slow]") {
    const auto plan = synthetic::plan({.talents = 100'000});
    for (const auto& [name, count] : plan.cases) {
        std::cout << name << ": " << count << '\n';
        CHECK(count >= 50);
    }
    CHECK(plan.cases.size() >= 9);
    check_years(100'000, 20190323);
}

TEST_CASE("The same seed gives the same bytes", "[synthetic]") {
    synthetic::Generator one({.talents = 300}), same({.talents = 300});
    synthetic::Generator other({.seed = 7, .talents = 300});
    synthetic::Step a, b, c;
    bool differs = false;
    while (one.next(a)) {
        REQUIRE(same.next(b));
        REQUIRE(a.json == b.json);
        REQUIRE(a.outcome == b.outcome);
        if (other.next(c)) differs = differs || c.json != a.json;
    }
    CHECK_FALSE(same.next(b));
    CHECK(differs);
}
