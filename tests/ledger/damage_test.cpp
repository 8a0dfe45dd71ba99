// Damage that is met while reading: one answer fails and says where, everything else goes on.
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "events/rules/person.h"
#include "ledger/unreadable.h"
#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/stored_damage.h"

using namespace test;

namespace {

/// Enough that what is damaged lies before everything that a start reads again.
constexpr int later_events = 300;

/// Two people in sorted files; a bit of the second one's registration is flipped.
struct DamagedLedger : LedgerFixture {
    DamagedLedger() {
        open();
        whole = must_record(talent_registered(whole_id, 1)).items.front().position;
        registration = talent_registered(hit_id, 2);
        hit = must_record(registration).items.front().position;
        std::vector<std::future<void>> answers;
        for (int i = 0; i < later_events; ++i) {
            auto answered = std::make_shared<std::promise<void>>();
            answers.push_back(answered->get_future());
            ledger->registrar().submit(std::move(*read(employer_registered(fresh_id()))),
                                       [answered](const auto&) { answered->set_value(); });
        }
        for (auto& answer : answers) answer.wait();
        const auto stored = ledger->event(hit);
        const auto* id = stored->event().event_id()->bytes()->data();
        const std::string bytes(reinterpret_cast<const char*>(id), 16);
        close();
        flush_log(options.dir);
        REQUIRE(damage_stored(options.dir, bytes) == 1);
        options.opening = Opening::existing;
        open();
    }
    std::string amended(const std::string& talent) const {
        return cloud_event("TalentAmended", stream("talent", talent), R"({"residence":"510700"})",
                           R"("effectivefrom":"2019-01-01",)", {},
                           R"("legal_basis":"STATUTORY_DUTY",)");
    }
    bool names_position(const base::Error& error) const {
        UNSCOPED_INFO(error.code << ": " << error.what);
        return error.code == "E_LOG_DAMAGED" && error.fault == base::Fault::corrupt &&
               error.what.starts_with(fmt::format("position {}", hit.value));
    }
    events::Person fold(const std::string& talent) const {
        return events::fold_person(*events::Id::parse(talent), *ledger->history());
    }

    const std::string whole_id = fresh_id(), hit_id = fresh_id();
    std::string registration;
    events::Position whole, hit;
};

}  // namespace

TEST_CASE("Ledger names the position of a damaged event and gives every other", "[ledger]") {
    DamagedLedger damaged;
    const auto stored = damaged.ledger->event(damaged.hit);
    REQUIRE_FALSE(stored);
    CHECK(damaged.names_position(stored.error()));
    CHECK(damaged.ledger->event(damaged.whole));
    CHECK(damaged.ledger->event({damaged.hit.value + 1}));

    auto scan = damaged.ledger->scan({0}, {damaged.ledger->head().size});
    auto more = scan.next();
    while (more && *more) more = scan.next();
    REQUIRE_FALSE(more);
    CHECK(damaged.names_position(more.error()));
}

TEST_CASE("A fold that meets a damaged event throws, and the fold of another does not",
          "[ledger]") {
    DamagedLedger damaged;
    CHECK(damaged.fold(damaged.whole_id).registered);
    try {
        damaged.fold(damaged.hit_id);
        FAIL("a damaged event was folded");
    } catch (const ledger::Unreadable& damage) {
        CHECK(damaged.names_position(damage.error()));
    }
}

TEST_CASE("Registrar refuses what it cannot decide for damage and records everything else",
          "[ledger]") {
    DamagedLedger damaged;
    for (int i = 0; i < 2; ++i) {  // also after others have been recorded
        const auto refused = damaged.record(damaged.amended(damaged.hit_id));
        REQUIRE_FALSE(refused);
        CHECK(damaged.names_position(refused.error()));
        const auto repeated = damaged.record(damaged.registration);
        REQUIRE_FALSE(repeated);
        CHECK(damaged.names_position(repeated.error()));
        damaged.must_record(damaged.amended(damaged.whole_id));
        damaged.must_record(talent_registered(fresh_id(), 3 + static_cast<unsigned>(i)));
    }
    const auto size = damaged.ledger->head().size;
    damaged.reopen();
    CHECK(damaged.ledger->head().size == size);
    CHECK_FALSE(damaged.record(damaged.amended(damaged.hit_id)));
    CHECK(damaged.fold(damaged.whole_id).particulars.size() == 3);
}

TEST_CASE("Verifier names the first damaged position", "[ledger]") {
    DamagedLedger damaged;
    damaged.close();
    damaged.options.opening = LedgerFixture::Opening::read_only;
    damaged.open();
    const auto verified = ledger::verify(*damaged.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    REQUIRE(verified->fault);
    CHECK(verified->fault->position == damaged.hit.value);
    CHECK(verified->events == damaged.hit.value);
}

TEST_CASE("Index in which damage was met is made again at the next start", "[ledger]") {
    constexpr unsigned first_code = 20'000;
    LedgerFixture fixture;
    fixture.open();
    std::vector<std::future<void>> answers;
    for (unsigned i = 0; i < 700; ++i) {
        auto answered = std::make_shared<std::promise<void>>();
        answers.push_back(answered->get_future());
        fixture.ledger->registrar().submit(
            std::move(*fixture.read(employer_registered(fresh_id(), {}, {}, first_code + i))),
            [answered](const auto&) { answered->set_value(); });
    }
    for (auto& answer : answers) answer.wait();
    fixture.close();
    // So little was recorded that only the index lies in sorted files. Owners of credit codes come
    // first in it, and fill the first block.
    REQUIRE(damage_first_blocks(fixture.options.dir) > 0);
    fixture.options.opening = LedgerFixture::Opening::existing;
    fixture.open();
    const auto again = [&] {
        const auto refused = fixture.record(employer_registered(fresh_id(), {}, {}, first_code));
        REQUIRE_FALSE(refused);
        return refused.error().code;
    };
    CHECK(again() == "E_INDEX_DAMAGED");
    fixture.must_record(talent_registered(fresh_id(), 1));
    fixture.reopen();
    CHECK(again() != "E_INDEX_DAMAGED");
    const auto verified = ledger::verify(*fixture.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    CHECK_FALSE(verified->fault);
}

TEST_CASE("Index whose own mark is damaged is made again at once", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    const auto employer = fresh_id();
    fixture.must_record(employer_registered(employer));
    fixture.close();
    REQUIRE(damage_first_blocks(fixture.options.dir) > 0);
    fixture.options.opening = LedgerFixture::Opening::existing;
    fixture.open();
    const events::StreamId stream{events::StreamKind::employer, *events::Id::parse(employer)};
    CHECK(fixture.ledger->revision(stream).value == 1);
}
