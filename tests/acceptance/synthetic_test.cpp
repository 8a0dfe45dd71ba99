// Synthetic years through the real rules: outcomes as planned, views equal to the naive model.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/naive.h"
#include "tools/synthetic/synthetic.h"

namespace {

using acceptance::LoadedLedger;
using events::Date;
namespace json = boost::json;

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

std::string text_of(const json::object& row, const char* name) {
    return std::string(row.at(name).as_string());
}

std::int64_t number_of(const json::object& row, const char* name) {
    const auto& value = row.at(name);
    return value.is_string() ? std::stoll(std::string(value.as_string()))
                             : value.to_number<std::int64_t>();
}

/// Compares every counted view at one (E, K) in one coding.
class Comparison {
public:
    Comparison(LoadedLedger& loaded, const naive::Model& model, std::size_t known,
               naive::Coding coding)
        : loaded_(loaded), model_(model), known_(known), coding_(std::move(coding)) {}

    void stock() {
        std::map<std::string, std::int64_t> seen;
        for (const auto& row : rows("stock", {})) {
            seen[text_of(row, "region")] = number_of(row, "persons");
        }
        CHECK(seen == model_.stock(coding_));
    }
    void flow(Date from, Date to) {
        std::map<naive::Cell, std::int64_t> seen;
        for (const auto& row : rows("flow-matrix", range(from, to))) {
            seen[{text_of(row, "from"), text_of(row, "to")}] = number_of(row, "persons");
        }
        CHECK(seen == model_.flow(coding_, from, to));
    }
    void use(Date from, Date to) {
        std::map<naive::Cell, std::pair<std::int64_t, std::int64_t>> seen, expected;
        for (const auto& row : rows("use-matrix", range(from, to))) {
            seen[{text_of(row, "from"), text_of(row, "to")}] = {number_of(row, "workday_mday"),
                                                                number_of(row, "restday_mday")};
        }
        for (const auto& [cell, mdays] : model_.use(coding_, from, to)) {
            expected[cell] = {mdays.workday, mdays.restday};
        }
        CHECK(seen == expected);
    }
    void net_inflow(Date from, Date to) {
        using Figures = std::array<std::int64_t, 5>;
        std::map<std::string, Figures> seen, expected;
        const double days = to - from;
        for (const auto& row : rows("net-inflow", range(from, to))) {
            const auto mean = row.at("mean_stock").to_number<double>() * days;
            seen[text_of(row, "region")] = {number_of(row, "in"), number_of(row, "out"),
                                            number_of(row, "stock_before"),
                                            number_of(row, "stock_last"),
                                            static_cast<std::int64_t>(mean + 0.5)};
            CHECK(number_of(row, "net") == number_of(row, "in") - number_of(row, "out"));
        }
        for (const auto& [region, one] : model_.net_inflow(coding_, from, to)) {
            expected[region] = {one.in, one.out, one.stock_before, one.stock_last,
                                one.person_days};
        }
        for (const auto& [region, figures] : expected) {
            INFO(region);
            CHECK(seen[region][0] == figures[0]);
            CHECK(seen[region][1] == figures[1]);
            CHECK(seen[region][2] == figures[2]);
            CHECK(seen[region][3] == figures[3]);
            // The answer's mean is rounded to six decimals.
            CHECK(std::abs(seen[region][4] - figures[4]) <= 1);
        }
        CHECK(seen.size() == expected.size());
    }

private:
    using Parameters = std::map<std::string, std::string>;

    static Parameters range(Date from, Date to) {
        return {{"from", from.text()}, {"to", to.text()}};
    }
    std::vector<json::object> rows(const std::string& view, Parameters parameters) {
        parameters["effective_at"] = coding_.effective_at.text();
        parameters["known_at"] = "seq:" + std::to_string(known_ - 1);
        parameters["by"] = coding_.by_zone ? "zone" : "prefecture";
        if (coding_.recast) parameters["recast"] = "true";
        if (!coding_.scheme.empty()) parameters["scheme"] = coding_.scheme;
        std::vector<json::object> out;
        for (;;) {
            const auto answer = loaded_.ask(view, {}, parameters);
            for (const auto& row : answer.at("rows").as_array()) out.push_back(row.as_object());
            const auto* next = answer.if_contains("next_cursor");
            if (next == nullptr || !next->is_string()) return out;
            parameters["cursor"] = std::string(next->as_string());
        }
    }

    LoadedLedger& loaded_;
    const naive::Model& model_;
    std::size_t known_;
    naive::Coding coding_;
};

/// The end of the command that the event at this position belongs to.
std::size_t command_end(const std::vector<std::string>& log, std::size_t position) {
    const auto* event = events::schema::GetEvent(log[position].data());
    return position + event->command_size() - event->command_index();
}

void compare_everywhere(LoadedLedger& loaded, std::uint64_t seed, int pairs) {
    const auto log = loaded.log();
    std::mt19937_64 random(seed);
    for (int pair = 0; pair < pairs; ++pair) {
        const std::size_t known =
            command_end(log, log.size() / 2 + random() % (log.size() / 2 - 1));
        const naive::Model model(log, known);
        const Date at{17'500 + static_cast<int>(random() % 2'400)};
        const Date from{17'300 + static_cast<int>(random() % 2'200)};
        const Date to = from + 30 + static_cast<int>(random() % 300);
        for (const bool by_zone : {true, false}) {
            for (const auto& [recast, scheme] :
                 {std::pair(false, ""), std::pair(true, ""), std::pair(true, "SC-5Z-2006")}) {
                if (!by_zone && *scheme != '\0') continue;
                INFO("E " << at.text() << ", K " << known << ", " << from.text() << " to "
                          << to.text() << (by_zone ? ", zones" : ", prefectures")
                          << (recast ? ", recast " : ", as coded then ") << scheme);
                Comparison comparison(loaded, model, known, {by_zone, recast, at, scheme});
                comparison.stock();
                comparison.flow(from, to);
                comparison.use(from, to);
                comparison.net_inflow(from, to);
            }
        }
        // Long before and over many years, for moves under the scheme of 2006.
        Comparison early(loaded, model, known, {true, false, at, ""});
        early.flow({12'000}, {20'000});
    }
}

void check_years(std::uint32_t talents, std::uint64_t seed) {
    LoadedLedger loaded;
    const auto plan = load(loaded, talents, seed);
    INFO("seed " << seed << "\n" << summary(loaded));
    REQUIRE(loaded.surprises().empty());
    CHECK(loaded.refused() == plan.refused);
    CHECK(plan.refused.size() >= 10);
    loaded.catch_up();
    compare_everywhere(loaded, seed, 5);
}

}  // namespace

TEST_CASE("A thousand people's years come out as planned and as counted by hand",
          "[synthetic]") {
    const char* given = std::getenv("SYNTHETIC_SEED");  // to try others by hand
    check_years(1'000, given != nullptr ? std::strtoull(given, nullptr, 10) : 20190323);
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
