#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

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

TEST_CASE("Registrar gives a retry the first receipt", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto command = fresh_id();
    const auto json = employer_registered(fresh_id(), command, {}, 77);
    const auto first = fixture.must_record(json);
    const auto size = fixture.ledger->head().size;

    SECTION("at once") {}
    SECTION("after a restart") {
        fixture.reopen();
    }
    SECTION("after a crash") {
        fixture.close();
        fixture.crash_after("at once");
        fixture.open();
    }
    const auto again = fixture.must_record(json);
    CHECK(again.replayed);
    CHECK(again.items[0].event == first.items[0].event);
    CHECK(again.items[0].position == first.items[0].position);
    CHECK(again.items[0].leaf == first.items[0].leaf);
    CHECK(again.items[0].streams[0].revision == first.items[0].streams[0].revision);
    CHECK(again.recorded_at == first.recorded_at);
    CHECK(fixture.ledger->head().size == size);

    const auto other = fixture.record(employer_registered(fresh_id(), command, {}, 78));
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "E_COMMAND_REUSED");
    CHECK(other.error().fault == base::Fault::refused);
    CHECK(fixture.ledger->head().size == size);
}

TEST_CASE("Registrar compares a retry by what is sealed too", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto command = fresh_id();
    const auto talent = fresh_id();
    const auto first = fixture.must_record(talent_registered(talent, 1, command));
    const auto event = fixture.ledger->event(first.items[0].position);
    REQUIRE(event);
    CHECK(event->event().body_salt() == nullptr);  // in clear it would let anyone try names out
    CHECK(event->bytes().find("Zhang") == std::string_view::npos);

    CHECK(fixture.must_record(talent_registered(talent, 1, command)).replayed);
    CHECK(fixture.record(talent_registered(talent, 1, command, "Zhang Wei")).error().code ==
          "E_COMMAND_REUSED");
}

TEST_CASE("Registrar answers a retry only once the first is durable", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    auto& ledger = *fixture.ledger;
    const auto json = employer_registered(fresh_id(), fresh_id(), {}, 79);
    std::vector<std::future<std::uint64_t>> waiting;
    int replayed = 0;
    for (int i = 0; i < 8; ++i) {
        auto answered = std::make_shared<std::promise<std::uint64_t>>();
        waiting.push_back(answered->get_future());
        ledger.registrar().submit(
            *fixture.read(json), [&, answered](base::Result<ledger::Receipt> receipt) {
                // The head that readers see already holds the event.
                const bool durable =
                    receipt && receipt->items[0].position.value < ledger.head().size;
                replayed += receipt && receipt->replayed;
                answered->set_value(durable ? receipt->items[0].position.value : 0);
            });
    }
    const auto position = waiting[0].get();
    CHECK(position > 0);
    for (std::size_t i = 1; i < waiting.size(); ++i) CHECK(waiting[i].get() == position);
    CHECK(replayed == 7);
}

TEST_CASE("Registrar refuses a command that expects another revision", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    const auto expecting = [&](int revision) {
        return site_opened(employer, fresh_id(), {}, {},
                           fmt::format(R"("expect":{{"employer/{}":{}}},)", employer, revision));
    };
    fixture.must_record(expecting(1));
    const auto stale = fixture.record(expecting(1));
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code == "E_STALE_GUARD");
    CHECK(stale.error().fault == base::Fault::conflict);
    CHECK(stale.error().what.find("revision 2, not 1") != std::string::npos);
    fixture.must_record(expecting(2));
}

TEST_CASE("Ledger keeps the time of its kind", "[ledger]") {
    SECTION("a demonstration ledger goes by demotime") {
        LedgerFixture fixture;
        fixture.open();
        CHECK(fixture.ledger->head().recorded_at.text() == "2018-12-31T16:00:00.000000Z");
        const auto at = [](const char* time) {
            return employer_registered(fresh_id(), {}, fmt::format(R"("demotime":"{}",)", time));
        };
        fixture.must_record(at("2019-04-01T10:00:00+08:00"));
        CHECK(fixture.record(at("2019-03-31T10:00:00+08:00")).error().code == "E_DEMO_CLOCK");
        const auto receipt = fixture.must_record(employer_registered(fresh_id()));
        CHECK(receipt.recorded_at.text() == "2019-04-01T02:00:00.000000Z");
        CHECK(fixture.ledger->first_after(receipt.recorded_at).value ==
              fixture.ledger->head().size);
        CHECK(fixture.ledger->first_after({receipt.recorded_at.micros - 1}).value ==
              fixture.ledger->head().size - 2);
    }
    SECTION("a real one by the clock alone") {
        LedgerFixture fixture(LedgerFixture::Opening::create);
        fixture.open();
        const auto refused = fixture.record(
            employer_registered(fresh_id(), {}, R"("demotime":"2019-03-31T10:00:00+08:00",)"));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "E_DEMO_TIME");
        const auto receipt = fixture.must_record(employer_registered(fresh_id()));
        CHECK(receipt.recorded_at.micros > 1'600'000'000'000'000);
    }
}

TEST_CASE("Registrar rehearses without recording", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto before = fixture.ledger->head();
    const auto json = employer_registered(fresh_id());
    for (int i = 0; i < 2; ++i) {
        std::promise<base::Result<ledger::Receipt>> promise;
        fixture.ledger->registrar().rehearse(
            *fixture.read(json),
            [&](base::Result<ledger::Receipt> receipt) { promise.set_value(std::move(receipt)); });
        const auto receipt = promise.get_future().get();
        REQUIRE(receipt);
        CHECK(receipt->items[0].position.value == before.size);
    }
    CHECK(fixture.ledger->head().size == before.size);
    CHECK_FALSE(fixture.must_record(json).replayed);
}

TEST_CASE("Registrar refuses commands after it was stopped and keeps those before", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    std::atomic<int> recorded{0};
    for (int i = 0; i < 50; ++i) {
        fixture.ledger->registrar().submit(
            *fixture.read(employer_registered(fresh_id())),
            [&](base::Result<ledger::Receipt> receipt) { recorded += receipt.has_value(); });
    }
    const auto size = fixture.ledger->head().size;
    fixture.ledger->registrar().stop();
    CHECK(recorded == 50);
    CHECK(fixture.ledger->head().size >= size);
    CHECK(fixture.record(employer_registered(fresh_id())).error().code == "E_STOPPING");
}

TEST_CASE("Registrar refuses more commands than may wait", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.queue_commands_max = 2;
    fixture.options.block_events_max = 1;  // or the other writer would take in all that comes
    fixture.open();
    std::promise<void> release;
    auto released = release.get_future().share();
    // The first answer holds the writer up, so that the queue fills behind it.
    std::atomic<int> full{0}, answered{0};
    for (int i = 0; i < 40; ++i) {
        fixture.ledger->registrar().submit(
            *fixture.read(employer_registered(fresh_id())),
            [&, released](base::Result<ledger::Receipt> receipt) {
                if (!receipt && receipt.error().code == "E_QUEUE_FULL") {
                    ++full;
                } else {
                    released.wait();
                }
                ++answered;
            });
    }
    release.set_value();
    fixture.ledger->registrar().stop();
    CHECK(answered == 40);
    CHECK(full > 0);
}

TEST_CASE("Ledger wakes those who wait and tells those who listen", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto size = fixture.ledger->head().size;
    CHECK_FALSE(fixture.ledger->wait_past(size, std::chrono::milliseconds(1)));
    std::uint64_t told = 0;
    auto token = fixture.ledger->on_commit([&](const ledger::Head& head) { told = head.size; });
    auto waiter = std::async(std::launch::async, [&] {
        return fixture.ledger->wait_past(size, std::chrono::seconds(60));
    });
    fixture.must_record(employer_registered(fresh_id()));
    CHECK(waiter.get());
    CHECK(told == size + 1);
    token.reset();
    fixture.must_record(employer_registered(fresh_id()));
    CHECK(told == size + 1);
}

TEST_CASE("Ledger opens what it sealed and says so after the key is gone", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto receipt = fixture.must_record(talent_registered(fresh_id(), 2));
    const auto event = fixture.ledger->event(receipt.items[0].position);
    const auto view = fixture.ledger->personal(event->event());
    CHECK_FALSE(view.erased);
    const auto has = [&](std::string_view path, std::string_view json) {
        return std::any_of(view.fields.begin(), view.fields.end(), [&](const auto& field) {
            return field.path == path && field.json == json;
        });
    };
    CHECK(has("name.latin", "\"Zhang San\""));
    CHECK(view.fields.size() >= 3);
}

TEST_CASE("Registrar knows who holds an identity number", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    fixture.must_record(talent_registered(fresh_id(), 3));
    CHECK_FALSE(fixture.record(talent_registered(fresh_id(), 3)));
    fixture.reopen();
    const auto twice = fixture.record(talent_registered(fresh_id(), 3));
    REQUIRE_FALSE(twice);
    INFO(twice.error().code);
    CHECK(twice.error().fault == base::Fault::refused);
    fixture.must_record(talent_registered(fresh_id(), 4));
}

TEST_CASE("Registrar knows who holds a credit code", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    fixture.must_record(employer_registered(fresh_id(), {}, {}, 555));
    CHECK(fixture.record(employer_registered(fresh_id(), {}, {}, 555)).error().code == "E_USCC");
    fixture.reopen();
    CHECK(fixture.record(employer_registered(fresh_id(), {}, {}, 555)).error().code == "E_USCC");
}

TEST_CASE("Ledger lets nobody else in while it is open", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    for (const auto opening :
         {LedgerFixture::Opening::existing, LedgerFixture::Opening::read_only}) {
        auto options = fixture.options;
        options.opening = opening;
        const auto second = ledger::Ledger::open(options, fixture.clock, fixture.random);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == "E_LEDGER_IN_USE");
    }
    const auto head = fixture.ledger->head();
    fixture.close();
    fixture.options.opening = LedgerFixture::Opening::read_only;
    fixture.open();
    CHECK(fixture.ledger->head().root == head.root);
}

TEST_CASE("Verifier finds nothing wrong with a good ledger", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    for (int i = 0; i < 20; ++i) fixture.must_record(site_opened(employer, fresh_id()));
    fixture.must_record(talent_registered(fresh_id(), 5));
    const auto verified = ledger::verify(*fixture.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    INFO((verified->fault ? verified->fault->what : ""));
    CHECK_FALSE(verified->fault);
    CHECK(verified->events == fixture.ledger->head().size);
    CHECK(verified->root == fixture.ledger->head().root);
    CHECK(verified->sealed_parts >= 1);
}
