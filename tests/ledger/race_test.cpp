// Many callers at once.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

TEST_CASE("Registrar lets exactly one of sixteen racing callers win", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 12;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    for (int round = 1; round <= 8; ++round) {
        const auto expect = fmt::format(R"("expect":{{"employer/{}":{}}},)", employer, round);
        std::vector<events::Command> commands;
        for (int i = 0; i < 16; ++i) {
            commands.push_back(*fixture.read(site_opened(employer, fresh_id(), {}, {}, expect)));
        }
        std::atomic<int> won{0}, stale{0};
        std::vector<std::thread> callers;
        for (auto& command : commands) {
            callers.emplace_back([&] {
                const auto receipt = fixture.ledger->registrar().record(std::move(command));
                if (receipt) ++won;
                if (!receipt && receipt.error().code == "E_STALE_GUARD") ++stale;
            });
        }
        for (auto& caller : callers) caller.join();
        CHECK(won == 1);
        CHECK(stale == 15);
    }
    const events::StreamId stream{events::StreamKind::employer, *events::Id::parse(employer)};
    CHECK(fixture.ledger->revision(stream).value == 9);
}

TEST_CASE("Ledger answers readers while it records", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 20;
    fixture.options.block_events_max = 16;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    const events::StreamId stream{events::StreamKind::employer, *events::Id::parse(employer)};
    std::atomic<bool> finished{false};
    std::atomic<int> holes{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!finished) {
                const auto head = fixture.ledger->head();
                // The head is a whole prefix: its root fits, its last event is there, and no
                // revision below it is missing.
                holes += fixture.ledger->root(head.size) != head.root;
                holes += !fixture.ledger->event(events::Position{head.size - 1}).has_value();
                const auto revision = fixture.ledger->revision(stream);
                const auto found = fixture.ledger->positions(stream, events::Revision{1}, 1'000);
                holes += found.size() < revision.value;
                std::size_t folded = 0;
                fixture.ledger->history()->each(stream, [&](const events::Fact&) { ++folded; });
                holes += folded < found.size();
            }
        });
    }
    for (int i = 0; i < 150; ++i) {
        fixture.ledger->registrar().submit(
            *fixture.read(site_opened(employer, fresh_id())),
            [&](base::Result<ledger::Receipt> receipt) { holes += !receipt.has_value(); });
    }
    fixture.ledger->registrar().stop();
    finished = true;
    for (auto& reader : readers) reader.join();
    CHECK(holes == 0);
    const auto verified = ledger::verify(*fixture.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    CHECK_FALSE(verified->fault);
}
