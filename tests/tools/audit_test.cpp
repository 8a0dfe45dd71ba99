// Checking a log from outside: what is good passes, and whatever was done to it is found where it
// was done.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "events/event.h"
#include "ledger/prover.h"
#include "ledger/verifier.h"
#include "tests/tools/signed_tiles.h"
#include "tools/audit/copy_audit.h"
#include "tools/audit/kept_checkpoints.h"
#include "tools/audit/tile_folder.h"

namespace {

namespace fs = std::filesystem;
using test::TileEntries;

constexpr std::uint64_t log_size = 600;  // two full tiles and a part of a third

/// One signed log of 600 events, made once: recording it takes longer than all its checks.
struct Tiles {
    test::SignedLedger log;
    fs::path dir = log.folder.path() / "tiles";
    proof::Checkpoint checkpoint, older;

    Tiles() {
        log.start();
        log.grow(300);
        log.publish();
        older = *log.notary->published_checkpoint();
        log.grow(log_size);
        log.publish();
        checkpoint = *log.notary->published_checkpoint();
        log.write_tiles(dir);
    }
    static const Tiles& made() {
        static const Tiles tiles;
        return tiles;
    }
};

/// A copy that a test may spoil.
struct Spoiled {
    test::TemporaryFolder folder;
    fs::path dir = folder.path() / "tiles";
    proof::Checkpoint checkpoint = Tiles::made().checkpoint;

    Spoiled() { fs::copy(Tiles::made().dir, dir, fs::copy_options::recursive); }
    std::string read(const std::string& name) const { return ledger::read_file(dir / name); }
    void put(const std::string& name, std::string_view bytes) const {
        test::write(dir / name, bytes);
    }
    /// Puts other entries in, with tiles that fit them. The checkpoint is signed over them too if
    /// the operator is in it.
    void rewrite(const TileEntries& entries, bool operator_in_it) {
        const auto root = entries.write_back(dir);
        checkpoint.size = entries.entries.size();
        if (operator_in_it) checkpoint.root = root;
    }
    tools::CheckResult check(tools::AuditScope scope = {}) const {
        tools::TileFolder copy(dir);
        tools::CopyAudit audit(copy, checkpoint, scope);
        const std::atomic<bool> stop{false};
        auto row = audit.run([](std::uint64_t) {}, stop, nullptr);
        if (!row) throw std::runtime_error(row.error().code + ": " + row.error().what);
        return *row;
    }
    TileEntries entries() const { return TileEntries::read(dir, checkpoint.size); }
};

tools::AuditScope range(std::uint64_t from, std::uint64_t upto) {
    tools::AuditScope scope;
    scope.from = from;
    scope.upto = upto;
    return scope;
}

tools::AuditScope sample(std::uint64_t events) {
    tools::AuditScope scope;
    scope.sample = events;
    scope.seed = 7;
    return scope;
}

events::schema::Event& changeable(std::string& entry) {
    return *events::schema::GetMutableEvent(entry.data());
}

}  // namespace

TEST_CASE("A good log passes whole, in part, by sample and with several threads", "[audit]") {
    const Spoiled good;
    CHECK(good.check().fault.empty());
    CHECK(good.check().checked == good.checkpoint.size);
    CHECK(good.check(range(260, 270)).checked == 256);
    CHECK(good.check(range(0, 10)).fault.empty());
    CHECK(good.check(range(550, 10'000)).fault.empty());
    CHECK(good.check(sample(50)).checked == 50);
    tools::AuditScope parallel;
    parallel.jobs = 4;
    CHECK(good.check(parallel).fault.empty());
}

TEST_CASE("A flipped bit anywhere in entries or tiles is found at its place", "[audit]") {
    std::mt19937_64 random(11);
    std::vector<std::string> names;
    for (const auto& file : fs::recursive_directory_iterator(Tiles::made().dir / "tile")) {
        if (file.is_regular_file())
            names.push_back(fs::relative(file.path(), Tiles::made().dir).string());
    }
    std::sort(names.begin(), names.end());
    const Spoiled log;
    for (int turn = 0; turn < 150; ++turn) {
        const auto name = names[random() % names.size()];
        const auto good = log.read(name);
        auto bad = good;
        const auto at = random() % bad.size();
        bad[at] = static_cast<char>(bad[at] ^ 1 << random() % 8);
        log.put(name, bad);
        CAPTURE(name, at);
        const auto row = log.check();
        CHECK_FALSE(row.fault.empty());
        REQUIRE(row.position.has_value());
        const auto path = *proof::TilePath::parse(name);
        if (!path.entries && path.level == 0) CHECK(*row.position == path.index * 256 + at / 32);
        if (!path.entries && path.level == 1) CHECK(*row.position == (at / 32) * 256);
        if (path.entries) CHECK(*row.position / 256 == path.index);
        log.put(name, good);
    }
    CHECK(log.check().fault.empty());
}

TEST_CASE("A truncated, missing or lengthened file is found", "[audit]") {
    const Spoiled log;
    for (const std::string name : {"tile/entries/001", "tile/0/001", "tile/entries/002.p/88"}) {
        const auto good = log.read(name);
        if (good.empty()) continue;  // the last tile's width depends on how long a genesis is
        CAPTURE(name);
        const std::uint64_t first = name.find("001") != std::string::npos ? 256 : 512;
        log.put(name, std::string_view(good).substr(0, good.size() / 2));
        CHECK(log.check().position.value_or(0) >= first);
        fs::remove(log.dir / name);
        CHECK(log.check().position == first);
        log.put(name, good + "x");
        CHECK_FALSE(log.check().fault.empty());
        log.put(name, good);
        CHECK(log.check().fault.empty());
    }
}

TEST_CASE("Events swapped, dropped, doubled or back-dated are found even with tiles to match",
          "[audit]") {
    const bool operator_in_it = GENERATE(false, true);
    Spoiled log;
    auto altered = log.entries();
    std::uint64_t first_bad = 0;
    SECTION("swapped") {
        std::swap(altered.entries[320], altered.entries[330]);
        first_bad = 320;
    }
    SECTION("dropped") {
        altered.entries.erase(altered.entries.begin() + 300);
        first_bad = 300;
    }
    SECTION("doubled") {
        altered.entries.insert(altered.entries.begin() + 301, altered.entries[300]);
        first_bad = 301;
    }
    SECTION("back-dated") {
        auto& event = changeable(altered.entries[400]);
        events::schema::Instant earlier(event.recorded_at()->micros() - 1'000'000'000);
        *event.mutable_recorded_at() = earlier;
        first_bad = 400;
    }
    SECTION("given to another command") {
        changeable(altered.entries[500]).mutable_command_id()->mutable_bytes()->Mutate(0, 77);
        first_bad = 500;
    }
    SECTION("given another revision") {
        auto& event = changeable(altered.entries[450]);
        auto* stream = const_cast<events::schema::StreamRef*>(event.streams()->Get(0));
        stream->mutate_revision(stream->revision() + 1);
        first_bad = 450;
    }
    log.rewrite(altered, operator_in_it);
    const auto row = log.check();
    CHECK_FALSE(row.fault.empty());
    CHECK(row.position == first_bad);
}

TEST_CASE("A log rewritten from its first event on is told by its root alone", "[audit]") {
    Spoiled log;
    auto shorter = log.entries();
    shorter.entries.resize(580);
    log.rewrite(shorter, false);
    const auto row = log.check();
    CHECK(row.fault.find("root") != std::string::npos);
    CHECK_FALSE(row.position.has_value());
}

TEST_CASE("A range and a sample find what lies in them", "[audit]") {
    Spoiled log;
    auto altered = log.entries();
    altered.entries[300][60] = static_cast<char>(altered.entries[300][60] ^ 4);
    log.rewrite(altered, false);
    CHECK_FALSE(log.check(range(256, 512)).fault.empty());
    tools::AuditScope all = sample(10'000);
    CHECK_FALSE(log.check(all).fault.empty());
}

TEST_CASE("A log must continue the checkpoint that was kept", "[audit]") {
    const Spoiled log;
    tools::TileFolder copy(log.dir);
    tools::CopyAudit audit(copy, log.checkpoint, {});
    CHECK(audit.continues(Tiles::made().older)->fault.empty());
    CHECK(audit.continues(log.checkpoint)->fault.empty());
    auto forked = Tiles::made().older;
    forked.root[0] ^= 1;
    CHECK(audit.continues(forked)->fault.find("forked") != std::string::npos);
    auto ahead = log.checkpoint;
    ahead.size += 5;
    CHECK(audit.continues(ahead)->fault.find("rolled back") != std::string::npos);
}

TEST_CASE("A check that was stopped goes on and comes to the same end", "[audit]") {
    const Spoiled log;
    tools::TileFolder copy(log.dir);
    std::string cursor;
    {
        tools::CopyAudit audit(copy, log.checkpoint, {});
        std::atomic<bool> stop{false};
        const auto row = audit.run([&](std::uint64_t) { stop = true; }, stop, &cursor);
        REQUIRE_FALSE(row);
        CHECK(row.error().code == "E_STOPPING");
        CHECK_FALSE(cursor.empty());
    }
    const std::atomic<bool> stop{false};
    const auto kept = cursor;
    tools::CopyAudit audit(copy, log.checkpoint, {});
    const auto row = audit.run([](std::uint64_t) {}, stop, &cursor);
    REQUIRE(row);
    CHECK(row->fault.empty());
    CHECK(row->checked == log.checkpoint.size);
    tools::CopyAudit whole(copy, log.checkpoint, {});
    REQUIRE(whole.run([](std::uint64_t) {}, stop, nullptr));
    CHECK(audit.streams() == whole.streams());

    auto torn = kept.substr(0, kept.size() - 3);
    tools::CopyAudit third(copy, log.checkpoint, {});
    CHECK(third.run([](std::uint64_t) {}, stop, &torn).error().code == "E_BAD_CURSOR");
}

namespace {

/// The way to the log breaks off after some tiles.
struct BreakingCopy final : tools::LogCopy {
    explicit BreakingCopy(const fs::path& dir) : whole(dir) {}

    base::Result<std::string> tile(const proof::TilePath& path) override {
        if (path.entries && path.index == 2 && broken)
            return base::Error{base::Fault::storage, "E_CONNECTION", "gone"};
        return whole.tile(path);
    }
    base::Result<std::string> checkpoint() override { return whole.checkpoint(); }
    base::Result<std::vector<proof::VerifierKey>> verifiers() override {
        return whole.verifiers();
    }
    base::Result<std::string> policy() override { return whole.policy(); }
    std::string describe() const override { return whole.describe(); }

    tools::TileFolder whole;
    bool broken = true;
};

}  // namespace

TEST_CASE("A check to which the way broke off leaves its place and goes on from there", "[audit]") {
    const auto& tiles = Tiles::made();
    BreakingCopy copy(tiles.dir);
    std::string cursor;
    const std::atomic<bool> stop{false};
    {
        tools::CopyAudit audit(copy, tiles.checkpoint, {});
        const auto row = audit.run([](std::uint64_t) {}, stop, &cursor);
        REQUIRE_FALSE(row);
        CHECK(row.error().code == "E_CONNECTION");
        CHECK_FALSE(cursor.empty());
    }
    copy.broken = false;
    std::vector<std::uint64_t> seen;
    tools::CopyAudit audit(copy, tiles.checkpoint, {});
    const auto row = audit.run([&](std::uint64_t done) { seen.push_back(done); }, stop, &cursor);
    REQUIRE(row);
    CHECK(row->good());
    CHECK(seen == std::vector<std::uint64_t>{tiles.checkpoint.size});  // the third tile alone
}

TEST_CASE("The notes of a signing folder are held against the log", "[audit]") {
    test::SignedLedger log;
    log.start();
    log.publish();
    log.grow(log.ledger->head().size + 10);
    log.publish();
    tools::RecordedProofs recorded(
        [&](std::uint64_t size) { return log.ledger->prover().root(size); },
        false);
    auto signing = *ledger::SigningFolder::look(log.signing());
    const auto good = tools::check_kept(*log.ledger, *signing, recorded);
    CHECK(good.fault.empty());
    CHECK(good.checked == 4);

    // The operator signs another history and puts it among the notes.
    const auto key = proof::SigningKey::parse([&] {
        auto text = ledger::read_file(log.signing() / "key");
        text.pop_back();
        return text;
    }());
    REQUIRE(key);
    auto lie = *log.notary->published_checkpoint();
    lie.root[0] ^= 1;
    proof::Note note{lie.text(), {key->sign_note(lie.text())}};
    test::write(log.signing() / "published", note.encoded());
    signing = *ledger::SigningFolder::look(log.signing());
    CHECK_FALSE(tools::check_kept(*log.ledger, *signing, recorded).fault.empty());
}

TEST_CASE("A copied data folder without its vault is checked as far as it goes", "[audit]") {
    test::SignedLedger log;
    log.start();
    log.grow(log.ledger->head().size + 20);
    log.publish();
    log.notary.reset();
    log.close();
    fs::remove_all(log.options.dir / "vault");
    log.options.opening = ledger::Ledger::Opening::existing;
    CHECK(log.try_open().error().code == "E_VAULT_MISSING");
    log.options.opening = ledger::Ledger::Opening::read_only;
    auto& copy = log.open();
    CHECK_FALSE(copy.recovery().clean);
    const std::atomic<bool> stop{false};
    const auto found = ledger::verify(copy, {}, stop);
    REQUIRE(found);
    CHECK_FALSE(found->fault);
    CHECK(found->skipped.size() == 1);
}
