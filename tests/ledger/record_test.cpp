#include <catch2/catch.hpp>

#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

TEST_CASE("Ledger opens an empty folder only when told to", "[ledger]") {
    LedgerFixture fixture(LedgerFixture::Opening::existing);
    const auto refused = fixture.try_open();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_NO_LEDGER");

    fixture.options.opening = LedgerFixture::Opening::create;
    fixture.open();
    CHECK(fixture.ledger->info().kind == events::schema::LedgerKind::REAL);
    const auto id = fixture.ledger->info().id;
    const auto size = fixture.ledger->head().size;
    CHECK(size >= 2);  // LedgerOpened and the schema

    fixture.options.opening = LedgerFixture::Opening::existing;
    fixture.reopen();
    CHECK(fixture.ledger->info().id == id);
    CHECK(fixture.ledger->head().size == size);  // a start appends nothing

    fixture.options.opening = LedgerFixture::Opening::demo;
    CHECK(fixture.try_open().error().code == "E_LEDGER_KIND");
}

TEST_CASE("Ledger records a command and finds it again", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto employer = fresh_id();
    const auto before = fixture.ledger->head();
    const auto receipt = fixture.must_record(employer_registered(employer));
    REQUIRE(receipt.items.size() == 1);
    CHECK(receipt.items[0].position.value == before.size);
    CHECK_FALSE(receipt.replayed);

    const auto head = fixture.ledger->head();
    CHECK(head.size == before.size + 1);
    CHECK(head.blocks == before.blocks + 1);
    CHECK(head.root == fixture.ledger->root(head.size));
    CHECK(fixture.ledger->root(before.size) == before.root);
    CHECK(fixture.ledger->leaf(receipt.items[0].position) == receipt.items[0].leaf);

    const auto again = fixture.ledger->receipt(receipt.command);
    REQUIRE(again);
    CHECK(again->items[0].event == receipt.items[0].event);
    CHECK(again->items[0].leaf == receipt.items[0].leaf);
    CHECK(again->recorded_at == receipt.recorded_at);
    const events::StreamId stream{events::StreamKind::employer, *events::Id::parse(employer)};
    CHECK(fixture.ledger->revision(stream).value == 1);
    CHECK(fixture.ledger->positions(stream, events::Revision{1}, 10) ==
          std::vector{receipt.items[0].position});
    const auto event = fixture.ledger->event(receipt.items[0].position);
    REQUIRE(event);
    CHECK(event->event().payload_type() == events::schema::Payload::EmployerRegistered);
    CHECK(fixture.ledger->event(events::Position{head.size}).error().code == "E_NO_EVENT");
}
