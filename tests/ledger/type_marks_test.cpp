// Reading by type: the same events as a whole scan would pick, at the cost of the runs that hold
// them.
#include "ledger/type_marks.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <random>

#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"

using namespace test;
using events::schema::Payload;
using ledger::TypeMarks, ledger::TypeSet;

namespace {

using Positions = std::vector<std::uint64_t>;

Positions picked(const ledger::Ledger& ledger, const std::vector<Payload>& types,
                 std::uint64_t from, std::uint64_t upto) {
    Positions out;
    auto scan = ledger.scan({from}, {upto});
    while (*scan.next()) {
        const auto type = scan.event().payload_type();
        if (types.empty() || std::find(types.begin(), types.end(), type) != types.end()) {
            out.push_back(scan.position().value);
        }
    }
    return out;
}

Positions read_by_type(const ledger::Ledger& ledger, const std::vector<Payload>& types,
                       std::uint64_t from, std::uint64_t upto) {
    Positions out;
    auto scan = ledger.scan(types, {from}, {upto});
    while (*scan.next()) out.push_back(scan.position().value);
    return out;
}

/// Thousands of employers' events with a few others among them.
struct MixedLedger : LedgerFixture {
    MixedLedger() {
        options.index_events = 200;
        open();
    }
    void record_some(int count) {
        std::vector<events::Command> commands;
        for (int i = 0; i < count; ++i) {
            const auto dice = random_() % 400;
            auto json = dice == 0   ? parameter_set("lapse_days", 60 + i % 9)
                        : dice == 1 ? talent_registered(fresh_id(), person_++)
                                    : employer_registered(fresh_id());
            commands.push_back(*read(json));
        }
        std::atomic<int> refused{0};
        for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
            ledger->registrar().submit(std::move(commands[i]),
                                       [&](const auto& result) { refused += !result; });
        }
        const auto last = ledger->registrar().record(std::move(commands.back()));
        REQUIRE(last);
        REQUIRE(refused == 0);
    }
    void compare() {
        const auto size = ledger->head().size;
        const std::vector<std::vector<Payload>> sets = {
            {},
            {Payload::ParameterSet},
            {Payload::EmployerRegistered},
            {Payload::TalentRegistered, Payload::ParameterSet},
            {Payload::LedgerOpened},
            {Payload::EngagementExtended}};
        for (const auto& types : sets) {
            for (int i = 0; i < 8; ++i) {
                const auto from = i == 0 ? 0 : random_() % size;
                const auto upto = i < 2 ? size : from + random_() % (size - from + 1);
                REQUIRE(read_by_type(*ledger, types, from, upto) ==
                        picked(*ledger, types, from, upto));
            }
        }
    }

    std::mt19937 random_{Catch::rngSeed()};
    unsigned person_ = 1;
};

const Crash one_parameter_more{"one parameter more", [](LedgerFixture& fixture, const Arguments&) {
                                   fixture.open();
                                   fixture.must_record(parameter_set("lapse_days", 77));
                               }};

}  // namespace

TEST_CASE("Reading by type gives what a whole scan would pick, over seals and restarts",
          "[ledger]") {
    MixedLedger mixed;
    for (int round = 0; round < 3; ++round) {
        mixed.record_some(900);
        mixed.compare();
        mixed.reopen();
        mixed.compare();
        mixed.close();
        mixed.crash_after("one parameter more");
        mixed.open();
        mixed.compare();
    }
    const auto verified = ledger::verify(*mixed.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    CHECK_FALSE(verified->fault);
}

TEST_CASE("Reading by type costs the runs that hold the type", "[ledger]") {
    MixedLedger mixed;
    mixed.record_some(3'000);
    const auto size = mixed.ledger->head().size;
    const std::vector<Payload> opened = {Payload::LedgerOpened}, never = {Payload::EmployerMerged};
    auto rare = mixed.ledger->scan(opened, {0}, {size});
    while (*rare.next()) continue;
    CHECK(rare.looked() == TypeMarks::run_events);
    auto none = mixed.ledger->scan(never, {0}, {size});
    CHECK_FALSE(*none.next());
    CHECK(none.looked() == 0);
}

TEST_CASE("TypeMarks knows runs by the types noted in them", "[ledger]") {
    TypeMarks marks;
    const std::vector<Payload> one = {Payload::TalentRegistered};
    const TypeSet first(one), second(std::vector{Payload::LedgerOpened});
    constexpr auto run = TypeMarks::run_events;
    CHECK(marks.first(first, 0, 10 * run) == 10 * run);
    marks.note(3 * run + 5, Payload::TalentRegistered);
    CHECK(marks.first(first, 0, 10 * run) == 3 * run);
    CHECK(marks.first(first, 3 * run + 9, 10 * run) == 3 * run + 9);
    CHECK(marks.first(first, 4 * run, 10 * run) == 10 * run);
    CHECK(marks.first(second, 0, 10 * run) == 10 * run);
    CHECK(marks.first(first, 0, run + 1) == run + 1);

    SECTION("far along and for the highest number a type can have") {
        const auto last = static_cast<Payload>(255);
        marks.note(5'000'000'000, last);
        const TypeSet highest(std::vector{last});
        CHECK(marks.may_hold(highest, 5'000'000'000 / run * run));
        CHECK_FALSE(marks.may_hold(first, 5'000'000'000));
    }
}
