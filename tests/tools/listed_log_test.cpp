// The auditor's verbs on a log that has listed its streams: of folder, copy and evidence pack.
#include "tests/support/listed_streams.h"
#include "tests/tools/program.h"
#include "tests/tools/signed_tiles.h"

using test::object_of;
using test::Ran;
using test::text_at;

namespace {

/// A stopped ledger whose own stream is in the list of streams that its log records.
struct ListedLog : test::Folder {
    test::SignedLedger log;
    std::string ops, key;

    ListedLog() {
        log.start();
        log.grow(20);
        log.publish();
        test::list_streams(*log.ledger, *log.notary->published_checkpoint());
        log.publish();
        ops = "ops/" + log.ledger->info().id.text();
        key = " --vkey " + log.notary->verifiers().front().text();
        log.notary.reset();
        log.close();
    }
    Ran stopped(const std::string& arguments) const { return on(log.options.dir, arguments); }
    Ran on(const test::fs::path& offline, const std::string& arguments) const {
        return test::run(*this, "--offline " + offline.string() + " " + arguments);
    }
    std::string at(const std::string& name) const { return (path / name).string(); }
};

}  // namespace

TEST_CASE("That a stream is whole is proven from a folder, and checked without it",
          "[audit][program]") {
    const ListedLog log;
    const auto file = log.at("ops.completeness");
    const auto made = log.stopped("proof stream " + log.ops + " --out " + file + " -o json");
    INFO(made.err);
    REQUIRE(made.exit == 0);
    const auto said = object_of(made);
    CHECK(text_at(said, "stream") == log.ops);

    const auto shown = object_of(test::run(log, "proof verify " + file + log.key + " -o json"));
    CHECK(shown.at("ok").as_bool());
    CHECK(shown.at("count") == said.at("count"));
    auto altered = test::text_of(file);
    altered.replace(altered.find("state "), 7, "state 9");
    log.file("altered", altered);
    CHECK(test::run(log, "proof verify " + log.at("altered") + log.key).exit == 6);

    const auto nobody = "talent/" + test::fresh_id();
    const auto absent = object_of(log.stopped("proof stream " + nobody + " -o json"));
    CHECK(text_at(absent, "count") == "0");
    CHECK(log.stopped("proof stream nonsense").exit == 2);
}

TEST_CASE("An evidence pack answers the auditor's verbs as far as it proves", "[audit][program]") {
    const ListedLog log;
    const auto pack = log.at("ops.evidence");
    REQUIRE(log.stopped("bundle create " + pack + " --stream " + log.ops).exit == 0);
    const auto verified = log.on(pack, "verify -o json" + log.key);
    INFO(verified.out << verified.err);
    REQUIRE(verified.exit == 0);
    CHECK(text_at(object_of(verified), "complete") == "streams");
    CHECK(log.on(pack, "verify --sample 3").exit == 2);

    const auto proof = log.at("1.tlog-proof"), entry = log.at("1.event");
    REQUIRE(log.on(pack, "proof get 1 --form tlog-proof --out " + proof + " --entry " + entry)
                .exit == 0);
    CHECK(test::run(log, "proof verify " + proof + " --event " + entry + log.key).exit == 0);
    CHECK(log.on(pack, "proof get 1000").exit == 3);
    CHECK(log.on(pack, "proof stream " + log.ops).exit == 0);
    CHECK(log.on(pack, "proof stream talent/" + test::fresh_id()).exit == 3);
    CHECK(log.on(pack, "checkpoint show").exit == 0);
    CHECK(log.on(pack, "checkpoint verify" + log.key).exit == 0);
    const auto replayed = log.on(pack, "replay run" + log.key);
    CHECK(replayed.exit == 3);
    CHECK(replayed.err.find("does not hold the log") != std::string::npos);
}

TEST_CASE("A copy of the tiles is folded to the same views as its folder", "[audit][program]") {
    const ListedLog log;
    const auto whole = object_of(log.stopped("-o json replay run"));
    REQUIRE(log.stopped("log fetch --to " + log.at("copy")).exit == 0);
    const auto copied = log.on(log.at("copy"), "-o json replay run" + log.key);
    INFO(copied.err);
    CHECK(object_of(copied).at("size") == whole.at("size"));
    CHECK(object_of(copied).at("rows") == whole.at("rows"));

    // An entry that the checkpoint does not sign is not folded.
    const auto bundle = log.at("copy/tile/entries/000.p/" + text_at(whole, "size"));
    auto bytes = test::text_of(bundle);
    REQUIRE(bytes.size() > 100);
    bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
    test::write(bundle, bytes);
    CHECK(log.on(log.at("copy"), "replay run" + log.key).exit == 6);
}
