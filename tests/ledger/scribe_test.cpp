// Much at once: the clerk decides ahead of the scribe, and nobody can tell.
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "ledger/verifier.h"
#include "ledger/writing.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

namespace {

using Answers = std::vector<std::future<base::Result<ledger::Receipt>>>;

/// Hands everything over without waiting for an answer.
Answers submit_all(LedgerFixture& fixture, const std::vector<std::string>& commands) {
    Answers out;
    for (const auto& json : commands) {
        auto answered = std::make_shared<std::promise<base::Result<ledger::Receipt>>>();
        out.push_back(answered->get_future());
        fixture.ledger->registrar().submit(
            *fixture.read(json), [answered](base::Result<ledger::Receipt> receipt) {
                answered->set_value(std::move(receipt));
            });
    }
    return out;
}

/// A draft whose event is as large as its payload makes it.
events::Draft large_draft(std::size_t bytes) {
    flatbuffers::FlatBufferBuilder builder;
    const std::vector<std::uint8_t> content(bytes);
    const events::schema::Digest digest;
    builder.Finish(events::schema::CreateSchemaPublished(
        builder, 1, 1, 1, builder.CreateVector(content), &digest));
    events::Draft draft;
    draft.type = events::schema::Payload::SchemaPublished;
    draft.payload.assign(builder.GetBufferPointer(),
                         builder.GetBufferPointer() + builder.GetSize());
    return draft;
}

}  // namespace

TEST_CASE("Scribe leaves the same log behind however far the clerk is ahead", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto employer = fresh_id();
    std::vector<std::string> commands{employer_registered(employer)};
    for (unsigned i = 0; i < 900; ++i) {
        commands.push_back(i % 3 == 0 ? talent_registered(fresh_id(), i)
                                      : site_opened(employer, fresh_id()));
    }
    const auto before = fixture.ledger->head();
    auto answers = submit_all(fixture, commands);
    std::uint64_t next = before.size;
    for (auto& answer : answers) {
        const auto receipt = answer.get();
        REQUIRE(receipt);
        CHECK(receipt->items[0].position.value == next++);
        CHECK(receipt->items[0].leaf == fixture.ledger->leaf(receipt->items[0].position));
    }
    const auto verified = ledger::verify(*fixture.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    INFO((verified->fault ? verified->fault->what : ""));
    CHECK_FALSE(verified->fault);
    CHECK(verified->sealed_parts >= 300);
}

TEST_CASE("Scribe writes at once what a retry or a reference asks for", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    std::vector<std::string> commands;
    for (unsigned i = 0; i < 100; ++i) {
        const auto command = fresh_id(), talent = fresh_id();
        commands.push_back(talent_registered(talent, i, command));
        commands.push_back(commands.back());
        commands.push_back(talent_registered(talent, i, command, "Zhang Wei"));
    }
    auto answers = submit_all(fixture, commands);
    for (std::size_t i = 0; i < answers.size(); i += 3) {
        const auto first = answers[i].get(), again = answers[i + 1].get();
        REQUIRE(first);
        REQUIRE(again);
        CHECK(again->replayed);
        CHECK(again->items[0].leaf == first->items[0].leaf);
        const auto other = answers[i + 2].get();
        REQUIRE_FALSE(other);
        CHECK(other.error().code == "E_COMMAND_REUSED");
    }
}

TEST_CASE("Sizes are known before anything is sealed", "[ledger]") {
    events::Command command;
    command.drafts.push_back(large_draft(60'000));
    command.drafts.push_back(large_draft(66'000));
    std::vector<events::Placement> placements(2);
    for (std::size_t i = 0; i < placements.size(); ++i) {
        placements[i].streams.push_back({{events::StreamKind::ops, {}}, {}});
        placements[i].command_index = static_cast<std::uint16_t>(i);
        placements[i].command_size = 2;
    }
    events::EventEncoder encoder;
    const auto checked = ledger::check_sizes(encoder, command, placements);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == "E_EVENT_TOO_LARGE");
    CHECK(checked.error().pointer == "/1");

    command.drafts.pop_back();
    placements.pop_back();
    placements[0].command_size = 1;
    CHECK(ledger::check_sizes(encoder, command, placements));
}
