// Another key, another origin: each with a crash between the steps.
#include <catch2/catch.hpp>

#include "ledger/durable_file.h"
#include "ledger/key_changes.h"
#include "tests/ledger/commands.h"
#include "tests/ledger/notarized_ledger.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* new_origin = "ledger.example/talent-2";

/// A signed ledger and an older copy of its data.
struct OldCopy : test::NotarizedLedger {
    void grow(int employers) {
        for (int i = 0; i < employers; ++i)
            must_record(test::employer_registered(test::fresh_id()));
    }
    /// The ledger of yesterday under the signatures of today.
    void roll_back() {
        start();
        grow(2);
        sign_and_publish();
        stop();
        const auto kept = folder.path() / "kept";
        fs::copy(options.dir, kept, fs::copy_options::recursive);
        start();
        grow(3);
        sign_and_publish();
        stop();
        fs::remove_all(options.dir);
        fs::copy(kept, options.dir, fs::copy_options::recursive);
        open();
        REQUIRE(try_notary().error().code == "E_LOG_ROLLED_BACK");
    }
    ledger::Restoration wanted(const std::string& origin = new_origin) const {
        return {origin, *events::Id::parse("b0000000000000000000000000000002"),
                R"("disk lost")"};
    }
    void check_restored() {
        REQUIRE(try_notary());
        CHECK(notary->origin() == new_origin);
        sign_and_publish();
        const auto key = notary->verifiers().front();
        const auto note = proof::SignedCheckpoint::open(notary->published(), key);
        REQUIRE(note);
        CHECK(note->checkpoint.origin == new_origin);
        CHECK(note->checkpoint.size == ledger->head().size);
    }
};

}  // namespace

TEST_CASE("A log that was put back goes on under another origin, and says so") {
    OldCopy log;
    log.roll_back();
    const auto found = log.ledger->head().size;
    const auto plan = ledger::plan_restoration(*log.ledger, log.signing);
    REQUIRE(plan);
    CHECK(plan->signed_last.size == found + 3);
    CHECK(plan->found_size == found);
    CHECK_FALSE(plan->forked);
    const auto key =
        ledger::restore_origin(*log.ledger, log.signing, log.wanted(), log.random);
    REQUIRE(key);
    CHECK(key->name == new_origin);

    const auto stored = log.ledger->event({found});
    REQUIRE(stored);
    const auto* mark = stored->event().payload_as_LogRestored();
    REQUIRE(mark != nullptr);
    CHECK(mark->old_origin()->str() == plan->signed_last.origin);
    CHECK(mark->new_origin()->str() == new_origin);
    CHECK(mark->signed_size() == found + 3);
    CHECK(mark->found_size() == found);
    CHECK(std::equal(plan->signed_last.root.begin(), plan->signed_last.root.end(),
                     mark->signed_root()->bytes()->begin()));
    CHECK(mark->reason() == nullptr);  // sealed
    const auto personal = log.ledger->personal(stored->event());
    REQUIRE(personal.fields.size() == 1);
    CHECK(personal.fields.front().json == R"("disk lost")");

    log.check_restored();
    CHECK(ledger::plan_restoration(*log.ledger, log.signing).error().code ==
          "E_NOTHING_TO_RESTORE");
    // What was signed under the old name is kept as evidence.
    CHECK(fs::exists(log.signing / fmt::format("before-{:08x}", key->key_id()) / "checkpoint"));
    log.stop();
    log.start();
    CHECK(log.notary->origin() == new_origin);
}

TEST_CASE("A restoration that was cut short is carried to its end by the next start or call") {
    const bool by_start = GENERATE(true, false);
    const int step = GENERATE(0, 1, 2, 3);
    OldCopy log;
    log.roll_back();
    const auto found = log.ledger->head().size;
    {
        auto folder = ledger::SigningFolder::open(log.signing, std::nullopt, log.random);
        REQUIRE(folder);
        const auto next = proof::SigningKey::generate(new_origin, log.random);
        REQUIRE((*folder)->stage_key(next));
        if (step >= 1) {
            const auto plan = ledger::plan_restoration(*log.ledger, log.signing);
            const ledger::OriginChange change{plan->signed_last, plan->found_size,
                                              next.verifier(), log.wanted().approver,
                                              log.wanted().reason_json};
            REQUIRE(log.ledger->registrar().record(
                ledger::restored_command(log.ledger->info(), change)));
        }
        const auto aside =
            log.signing / fmt::format("before-{:08x}", next.verifier().key_id());
        if (step >= 2) {
            fs::create_directory(aside);
            fs::rename(log.signing / "checkpoint", aside / "checkpoint");
            fs::copy(log.signing / "verifiers", aside / "verifiers");
        }
        if (step >= 3)
            REQUIRE(ledger::replace_file(log.signing / "verifiers",
                                         next.verifier().text() + "\n"));
    }
    if (by_start && step > 0) {
        log.check_restored();
    } else {
        REQUIRE(ledger::restore_origin(*log.ledger, log.signing, log.wanted(), log.random));
        log.check_restored();
    }
    // One mark, however often it was told.
    CHECK(log.ledger->head().size == found + 1);
}

TEST_CASE("An origin is used once, and only a log that is refused gets another") {
    OldCopy log;
    log.start();
    const auto first = log.notary->origin();
    log.grow(1);
    log.sign_and_publish();
    log.stop();
    log.open();
    CHECK(ledger::restore_origin(*log.ledger, log.signing, log.wanted(), log.random)
              .error()
              .code == "E_NOTHING_TO_RESTORE");
    log.close();
    OldCopy other;
    other.roll_back();
    const std::pair<std::string, std::string> wrong[] = {{first, "E_ORIGIN_USED"},
                                                         {"", "E_BAD_PARAMETER"},
                                                         {"two words", "E_BAD_PARAMETER"},
                                                         {"a+b", "E_BAD_PARAMETER"}};
    for (const auto& [origin, code] : wrong)
        CHECK(ledger::restore_origin(*other.ledger, other.signing, other.wanted(origin),
                                     other.random)
                  .error()
                  .code == code);
}

TEST_CASE("A log that was written twice goes on under another origin too") {
    OldCopy log;
    log.roll_back();
    log.grow(3);
    REQUIRE(log.try_notary().error().code == "E_LOG_FORKED");
    CHECK(ledger::plan_restoration(*log.ledger, log.signing)->forked);
    REQUIRE(ledger::restore_origin(*log.ledger, log.signing, log.wanted(), log.random));
    log.check_restored();
}

TEST_CASE("A rotation that was cut short after its event is carried to its end by the next start") {
    const int step = GENERATE(0, 1, 2, 3);
    OldCopy log;
    log.start();
    log.sign_and_publish();
    const auto rotation = log.notary->prepare_rotation(log.random);
    REQUIRE(rotation);
    if (step >= 1)
        REQUIRE(log.ledger->registrar().record(
            ledger::rotation_command(log.ledger->info(), *rotation)));
    const auto old_key = ledger::read_file(log.signing / "key");
    if (step >= 2)
        REQUIRE(ledger::replace_file(
            log.signing / "verifiers",
            rotation->newer.text() + "\n" + rotation->older.text() + "\n"));
    if (step >= 3) {
        REQUIRE(ledger::replace_file(log.signing / "old-key", old_key, 0600));
        REQUIRE(ledger::replace_file(log.signing / "key",
                                     ledger::read_file(log.signing / "next-key"), 0600));
    }
    log.stop();
    log.start();
    CHECK(log.notary->is_rotating() == (step > 0));
    CHECK(log.notary->verifiers().size() == (step > 0 ? 2 : 1));
    log.grow(1);
    log.sign_and_publish();
    const auto& signer = step > 0 ? rotation->newer : rotation->older;
    CHECK(proof::SignedCheckpoint::open(log.notary->published(), signer));
    CHECK(proof::SignedCheckpoint::open(log.notary->published(), rotation->older));
}

TEST_CASE("A folder from before the last rotation is refused") {
    OldCopy log;
    log.start();
    log.sign_and_publish();
    log.stop();
    const auto kept = log.folder.path() / "kept-signing";
    fs::copy(log.signing, kept, fs::copy_options::recursive);
    log.start();
    REQUIRE(ledger::rotate_key(*log.ledger, *log.notary, log.random));
    log.stop();
    fs::remove_all(log.signing);
    fs::copy(kept, log.signing, fs::copy_options::recursive);
    log.open();
    CHECK(log.try_notary().error().code == "E_SIGNING_MISSING");
}
