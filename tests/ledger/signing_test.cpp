#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "events/base/random.h"
#include "ledger/durable_file.h"
#include "ledger/notary.h"
#include "ledger/prover.h"
#include "tests/ledger/notarized_ledger.h"

namespace {

namespace fs = std::filesystem;

struct SignedLedger : test::NotarizedLedger {
    void grow() {
        must_record(test::cloud_event(
            "FirstLoadOpened", {},
            R"({"source":"test","approver":"b0000000000000000000000000000002"})"));
        must_record(test::cloud_event("FirstLoadClosed", {}, R"({"source":"test"})"));
    }
    proof::SignedCheckpoint newest() const {
        return *proof::SignedCheckpoint::open(notary->published(), notary->verifiers().front());
    }
};

void put_copy(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace

TEST_CASE("A checkpoint is signed under the log's origin and continues the one before") {
    SignedLedger log;
    log.start();
    CHECK(log.notary->published().empty());
    log.sign_and_publish();
    const auto older = log.newest().checkpoint;
    CHECK(older.origin == log.ledger->info().origin);
    CHECK(older.size == log.ledger->head().size);
    log.grow();
    log.sign_and_publish();
    const auto newer = log.newest().checkpoint;
    CHECK(newer.size == older.size + 2);
    const auto path = log.ledger->prover().consistency(older.size, newer.size);
    REQUIRE(path);
    CHECK(proof::verify_consistency(older.size, newer.size, older.root, newer.root, *path));
    int published = 0;
    REQUIRE(log.notary->history([&](const auto&, std::string_view) { ++published; }));
    CHECK(published == 2);
}

TEST_CASE("A log that has not grown is not signed again") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    log.sign_and_publish();
    int published = 0;
    REQUIRE(log.notary->history([&](const auto&, std::string_view) { ++published; }));
    CHECK(published == 1);
}

TEST_CASE("Every event and every pair of sizes has its proof") {
    SignedLedger log;
    log.start();
    for (int i = 0; i < 20; ++i) log.grow();
    const auto head = log.ledger->head();
    const auto& prover = log.ledger->prover();
    for (std::uint64_t position = 0; position < head.size; ++position) {
        const auto path = prover.inclusion(position, head.size);
        REQUIRE(path);
        REQUIRE(proof::verify_inclusion(log.ledger->leaf({position}), position, head.size, *path,
                                        head.root));
    }
    for (std::uint64_t older = 1; older <= head.size; ++older) {
        const auto path = prover.consistency(older, head.size);
        REQUIRE(path);
        REQUIRE(
            proof::verify_consistency(older, head.size, log.ledger->root(older), head.root, *path));
    }
    CHECK(prover.inclusion(head.size, head.size).error().code == "E_TREE_SIZE");
    CHECK(prover.consistency(2, 1).error().code == "E_TREE_SIZE");
}

TEST_CASE("Yesterday's copy of the ledger is refused, and one past the checkpoint is not") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    log.stop();
    const auto kept = log.folder.path() / "kept";
    put_copy(log.options.dir, kept);

    log.start();
    log.grow();
    log.stop();
    // Nothing was signed of what the old copy lacks.
    const auto grown = log.folder.path() / "grown";
    put_copy(log.options.dir, grown);
    put_copy(kept, log.options.dir);
    log.start();
    log.stop();

    put_copy(grown, log.options.dir);
    log.start();
    log.sign_and_publish();
    log.stop();
    put_copy(kept, log.options.dir);
    log.open();
    const auto refused = log.try_notary();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_LOG_ROLLED_BACK");
    log.stop();

    // The same number of events, but not the same ones.
    log.open();
    log.must_record(
        test::cloud_event("FirstLoadOpened", {},
                          R"({"source":"other","approver":"b0000000000000000000000000000002"})"));
    log.must_record(test::cloud_event("FirstLoadClosed", {}, R"({"source":"other"})"));
    CHECK(log.try_notary().error().code == "E_LOG_FORKED");
}

TEST_CASE("A second signer is noticed, before and after it signs") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    CHECK(ledger::Notary::open(*log.ledger, log.signing, log.random).error().code ==
          "E_SIGNING_IN_USE");
    log.grow();
    REQUIRE(ledger::replace_file(log.signing / "checkpoint", "signed elsewhere\n"));
    CHECK(log.notary->sign().error().code == "E_CHECKPOINT_MOVED");
}

TEST_CASE("A key is replaced while both sign, and old checkpoints can still be checked") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    const auto before = log.notary->published();
    const auto rotation = log.notary->prepare_rotation(log.random);
    REQUIRE(rotation);
    CHECK(log.notary->prepare_rotation(log.random)->newer == rotation->newer);
    REQUIRE(log.ledger->registrar().record(
        ledger::rotation_command(log.ledger->info(), *rotation)));
    REQUIRE(log.notary->rotate());
    CHECK(log.notary->prepare_rotation(log.random).error().code == "E_ROTATING");
    const auto statement =
        ledger::rotation_statement(rotation->older, rotation->newer, rotation->size);
    CHECK(proof::verify_ed25519(rotation->older, statement, rotation->by_older));
    CHECK(proof::verify_ed25519(rotation->newer, statement, rotation->by_newer));
    log.grow();
    log.sign_and_publish();
    for (const auto& key : {rotation->older, rotation->newer})
        CHECK(proof::SignedCheckpoint::open(log.notary->published(), key));
    REQUIRE(log.notary->retire_old_key());
    log.grow();
    log.sign_and_publish();
    CHECK_FALSE(proof::SignedCheckpoint::open(log.notary->published(), rotation->older));
    CHECK(proof::SignedCheckpoint::open(log.notary->published(), rotation->newer));
    CHECK(proof::SignedCheckpoint::open(before, log.notary->verifiers().back()));
    // After a restart the new key goes on.
    log.stop();
    log.start();
    CHECK(log.notary->verifiers().front() == rotation->newer);
}

TEST_CASE("A damaged signing folder is refused with the file named") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    log.stop();
    log.open();
    for (const char* file : {"key", "verifiers", "checkpoint"}) {
        const auto kept = ledger::read_file(log.signing / file);
        auto altered = kept;
        altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 4);
        REQUIRE(ledger::replace_file(log.signing / file, altered));
        INFO(file);
        CHECK(log.try_notary().error().code == "E_SIGNING_DAMAGED");
        REQUIRE(ledger::replace_file(log.signing / file, kept));
    }
    REQUIRE(log.try_notary());
    log.notary.reset();
    fs::remove(log.signing / "key");
    CHECK(log.try_notary().error().code == "E_SIGNING_MISSING");
}

TEST_CASE("A note that a crash left half written in the history hides none of those after it") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    log.stop();
    const auto whole = ledger::read_file(log.signing / "history");
    REQUIRE(ledger::append_to_file(log.signing / "history", whole.substr(0, whole.size() / 2)));
    log.start();
    CHECK(ledger::read_file(log.signing / "history") == whole);
    log.grow();
    log.sign_and_publish();
    std::vector<std::uint64_t> sizes;
    REQUIRE(log.notary->history([&](const proof::SignedCheckpoint& checkpoint, std::string_view) {
        sizes.push_back(checkpoint.checkpoint.size);
    }));
    REQUIRE(sizes.size() == 2);
    CHECK(sizes[1] == sizes[0] + 2);
}

TEST_CASE("A remembered checkpoint that the log has not signed is told, not passed over") {
    SignedLedger log;
    log.start();
    log.sign_and_publish();
    log.grow();
    log.sign_and_publish();
    auto altered = ledger::read_file(log.signing / "history");
    const auto digit = altered.find('\n') + 1;  // of the size
    altered[digit] = altered[digit] == '9' ? '8' : '9';
    REQUIRE(ledger::replace_file(log.signing / "history", altered));
    std::size_t good = 0;
    const auto read = log.notary->history([&](const auto&, std::string_view) { ++good; });
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "E_SIGNING_DAMAGED");
    CHECK(good == 0);
}
