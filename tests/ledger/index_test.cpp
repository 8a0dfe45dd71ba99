// Index and standings over restarts and seals, against a naive memory of what was recorded.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "events/rules/employer.h"
#include "tests/ledger/commands.h"
#include "tests/ledger/verified.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

namespace {

/// What the ledger must be able to tell, remembered the simplest way.
struct Model {
    std::map<std::string, std::vector<std::uint64_t>> streams;  // by text, in order
    std::map<std::string, std::uint64_t> commands;              // first position by id
    std::map<std::string, std::string> sent;                    // JSON by id

    void note(const ledger::Receipt& receipt, const std::string& json) {
        commands[receipt.command.text()] = receipt.items.front().position.value;
        sent[receipt.command.text()] = json;
        for (const auto& item : receipt.items) {
            for (const auto& stream : item.streams) {
                auto& positions = streams[stream.id.text()];
                positions.push_back(item.position.value);
                REQUIRE(stream.revision.value == positions.size());
            }
        }
    }

    void compare(const ledger::Ledger& ledger) const {
        for (const auto& [name, positions] : streams) {
            const auto stream = *events::StreamId::parse(name);
            REQUIRE(ledger.revision(stream).value == positions.size());
            for (const std::uint32_t from : {1u, static_cast<unsigned>(positions.size()) / 2 + 1}) {
                const auto found = ledger.positions(stream, events::Revision{from}, 1'000);
                REQUIRE(found.size() == positions.size() - (from - 1));
                for (std::size_t i = 0; i < found.size(); ++i) {
                    REQUIRE(found[i].value == positions[from - 1 + i]);
                }
            }
            CHECK(ledger.positions(stream, events::Revision{1}, 1).size() == 1);
            std::size_t folded = 0;
            ledger.history()->each(stream, [&](const events::Fact& fact) {
                REQUIRE(fact.position.value == positions[folded]);
                ++folded;
            });
            REQUIRE(folded == positions.size());
        }
        for (const auto& [id, first] : commands) {
            const auto receipt = ledger.receipt({*events::Id::parse(id)});
            REQUIRE(receipt);
            REQUIRE(receipt->items.front().position.value == first);
        }
    }
};

}  // namespace

TEST_CASE("Index agrees with a naive memory over seals, restarts and crashes", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 16;
    fixture.open();
    std::mt19937 random(Catch::rngSeed());
    Model model;
    std::vector<std::string> employers;
    const auto record = [&](const std::string& json) {
        model.note(fixture.must_record(json), json);
    };
    for (int step = 0; step < 260; ++step) {
        const auto dice = random() % 10;
        if (employers.empty() || dice < 2) {
            employers.push_back(fresh_id());
            record(employer_registered(employers.back(), fresh_id()));
        } else if (dice < 8) {
            record(site_opened(employers[random() % employers.size()], fresh_id(), fresh_id()));
        } else {
            const auto any =
                std::next(model.sent.begin(), static_cast<long>(random() % model.sent.size()));
            const auto size = fixture.ledger->head().size;
            CHECK(fixture.must_record(any->second).replayed);
            CHECK(fixture.ledger->head().size == size);
        }
        if (step % 60 == 59) {
            if (random() % 2 == 0) {
                fixture.reopen();
            } else {
                fixture.close();
                fixture.crash_after("at once");
                fixture.open();
            }
            model.compare(*fixture.ledger);
        }
    }
    model.compare(*fixture.ledger);
    CHECK(is_good(*fixture.ledger));
    fixture.close();
    fixture.options.opening = LedgerFixture::Opening::read_only;
    model.compare(fixture.open());
}

TEST_CASE("Standings are the same when folded again from the log", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 10;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    for (int i = 0; i < 25; ++i) fixture.must_record(site_opened(employer, fresh_id()));
    const auto folded = [&] {
        return events::fold_employer(*events::Id::parse(employer), *fixture.ledger->history());
    };
    const auto before = folded();
    CHECK(before.sites.size() == 25);
    fixture.reopen();
    const auto after = folded();
    CHECK(after.uscc == before.uscc);
    CHECK(after.sites.size() == before.sites.size());
    CHECK(after.last == before.last);
    const auto earlier = events::fold_employer(*events::Id::parse(employer),
                                               *fixture.ledger->history(before.last.value));
    CHECK(earlier.sites.size() == 24);
    // The rules see the same: a site that is open already is refused as before.
    const auto site = before.sites.front().id.text();
    CHECK_FALSE(fixture.record(site_opened(employer, site)));
}

TEST_CASE("Index with stale or foreign content is made again", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 4;
    fixture.open();
    Model model;
    for (int i = 0; i < 20; ++i) {
        const auto json = employer_registered(fresh_id(), fresh_id());
        model.note(fixture.must_record(json), json);
    }
    fixture.close();  // seals the rest
    // The last block goes, while the index is sealed past it.
    namespace fs = std::filesystem;
    fs::path wal;
    for (const auto& entry : fs::directory_iterator(fixture.options.dir / "ledger")) {
        if (entry.path().extension() == ".log") wal = std::max(wal, entry.path());
    }
    fs::resize_file(wal, fs::file_size(wal) - 10);
    fixture.options.opening = LedgerFixture::Opening::existing;
    fixture.open();
    CHECK_FALSE(fixture.ledger->recovery().clean);
    CHECK(is_good(*fixture.ledger));
}
