// What a start makes of a log that a crash or a bad disk left behind.
#include <rocksdb/db.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "ledger/block.h"
#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/ledger/verified.h"
#include "tests/support/ledger_fixture.h"

using namespace test;
namespace fs = std::filesystem;

namespace {

constexpr unsigned recorded_commands = 30;

void copy_folder(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
}

const Crash thirty_blocks{
    "thirty blocks", [](LedgerFixture& fixture, const Arguments&) {
        fixture.open();
        for (unsigned i = 0; i < recorded_commands; ++i) {
            fixture.must_record(employer_registered(fresh_id(), {}, {}, 10'000 + i));
        }
    }};

/// A demonstration ledger with thirty blocks beside those of its creation, killed without notice.
/// Made once; every test works on a copy.
struct MasterCopy : LedgerFixture {
    MasterCopy() {
        open();
        genesis = ledger->head().size;
        close();
        options.opening = Opening::existing;
        const auto status = crash_after("thirty blocks");
        REQUIRE(WIFSIGNALED(status));
    }
    std::uint64_t genesis = 0;
};

struct CrashedLedger : LedgerFixture {
    CrashedLedger() : LedgerFixture(Opening::existing) {
        static const MasterCopy master;
        copy_folder(master.options.dir, options.dir);
        genesis = master.genesis;
    }

    fs::path log_folder() const { return options.dir / "ledger"; }
    fs::path anchor() const { return options.dir / "head.anchor"; }
    /// The write-ahead log that holds the newest records.
    fs::path newest_wal() const {
        fs::path out;
        for (const auto& entry : fs::directory_iterator(log_folder())) {
            if (entry.path().extension() == ".log" && entry.file_size() > 0) {
                out = std::max(out, entry.path());
            }
        }
        return out;
    }
    std::uint64_t whole_size() const { return genesis + recorded_commands; }

    std::uint64_t genesis = 0;
};

void flip_bit(const fs::path& path, std::uint64_t byte) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(byte));
    const int was = file.get();
    file.seekp(static_cast<std::streamoff>(byte));
    file.put(static_cast<char>(was ^ 0x10));
}

/// The type of the last event.
events::schema::Payload newest_type(const ledger::Ledger& ledger) {
    return ledger.event(events::Position{ledger.head().size - 1})->event().payload_type();
}

/// Opens the log's folder with RocksDB's default options and counts events.
std::optional<std::uint64_t> events_by_plain_rocksdb(const fs::path& folder) {
    std::vector<std::string> names;
    if (!rocksdb::DB::ListColumnFamilies({}, folder.string(), &names).ok()) return std::nullopt;
    std::vector<rocksdb::ColumnFamilyDescriptor> parts;
    for (const auto& name : names) parts.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    if (!rocksdb::DB::Open({}, folder.string(), parts, &handles, &opened).ok()) {
        return std::nullopt;
    }
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::uint64_t count = 0;
    for (auto* handle : handles) {
        if (handle->GetName() == "events") {
            const std::unique_ptr<rocksdb::Iterator> all(db->NewIterator({}, handle));
            for (all->SeekToFirst(); all->Valid(); all->Next()) ++count;
        }
        db->DestroyColumnFamilyHandle(handle);
    }
    return count;
}

}  // namespace

TEST_CASE("Ledger keeps every acknowledged event over a crash", "[ledger]") {
    CrashedLedger crashed;
    crashed.open();
    CHECK(crashed.ledger->recovery().clean);
    CHECK(crashed.ledger->head().size == crashed.whole_size());
    CHECK(is_good(*crashed.ledger));
    crashed.must_record(employer_registered(fresh_id()));
    CHECK(crashed.reopen().head().size == crashed.whole_size() + 1);
    CHECK(is_good(*crashed.ledger));
}

TEST_CASE("Ledger refuses a write-ahead log with a flipped bit, plain RocksDB does not",
          "[ledger]") {
    CrashedLedger crashed;
    const auto wal = crashed.newest_wal();
    flip_bit(wal, fs::file_size(wal) / 2);
    const auto copy = crashed.folder.path() / "plain";
    copy_folder(crashed.log_folder(), copy);

    const auto opened = crashed.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "E_LOG_DAMAGED");
    CHECK(opened.error().fault == base::Fault::corrupt);
    const auto range = fmt::format("to {} were acknowledged", crashed.whole_size() - 1);
    CHECK(opened.error().what.find(range) != std::string::npos);

    // The control: the same bytes, the defaults, and acknowledged events silently gone.
    const auto plain = events_by_plain_rocksdb(copy);
    REQUIRE(plain);
    CHECK(*plain < crashed.whole_size());
    CHECK(opened.error().what.find(fmt::format("positions {} ", *plain)) != std::string::npos);
}

TEST_CASE("Ledger refuses a write-ahead log that was cut off or deleted", "[ledger]") {
    CrashedLedger crashed;
    const auto wal = crashed.newest_wal();
    const auto copy = crashed.folder.path() / "plain";
    SECTION("cut off in the middle") {
        fs::resize_file(wal, fs::file_size(wal) / 2);
    }
    SECTION("deleted") {
        fs::remove(wal);
    }
    copy_folder(crashed.log_folder(), copy);
    const auto opened = crashed.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "E_LOG_LOST");
    const auto range = fmt::format("to {} were acknowledged", crashed.whole_size() - 1);
    CHECK(opened.error().what.find(range) != std::string::npos);
    const auto plain = events_by_plain_rocksdb(copy);
    REQUIRE(plain);
    CHECK(*plain < crashed.whole_size());
    CHECK_FALSE(crashed.try_open());  // refusing changes nothing
}

TEST_CASE("Ledger starts without a last block of uncertain fate and records that", "[ledger]") {
    CrashedLedger crashed;
    const auto wal = crashed.newest_wal();
    SECTION("cut off") {
        fs::resize_file(wal, fs::file_size(wal) - 10);
    }
    SECTION("damaged") {
        flip_bit(wal, fs::file_size(wal) - 20);
    }
    crashed.open();
    const auto& recovery = crashed.ledger->recovery();
    CHECK_FALSE(recovery.clean);
    CHECK(recovery.what.find("last block") != std::string::npos);
    // The lost event's place is taken by the record of its loss.
    CHECK(crashed.ledger->head().size == crashed.whole_size());
    REQUIRE(newest_type(*crashed.ledger) == events::schema::Payload::LedgerRecovered);
    const auto event = crashed.ledger->event(events::Position{crashed.whole_size() - 1});
    const auto* told = event->event().payload_as_LedgerRecovered();
    CHECK(*told->anchored_head() == crashed.whole_size());
    CHECK(*told->found_head() == crashed.whole_size() - 1);
    CHECK(is_good(*crashed.ledger));
    // The same command is new again.
    CHECK_FALSE(
        crashed
            .must_record(employer_registered(fresh_id(), {}, {}, 10'000u + recorded_commands - 1))
            .replayed);
    crashed.reopen();
    CHECK(crashed.ledger->recovery().clean);
    CHECK(is_good(*crashed.ledger));
}

TEST_CASE("Ledger puts a lost block on record even if it is killed while starting", "[ledger]") {
    CrashedLedger crashed;
    const auto wal = crashed.newest_wal();
    fs::resize_file(wal, fs::file_size(wal) - 10);
    const auto before = crashed.folder.path() / "before";
    copy_folder(crashed.log_folder(), before);
    crashed.open();
    crashed.close();
    // As if the anchor had been rewritten and the process killed before the event was recorded:
    // the log of before, and an anchor that knows of the loss.
    copy_folder(before, crashed.log_folder());
    crashed.open();
    CHECK_FALSE(crashed.ledger->recovery().clean);
    CHECK(newest_type(*crashed.ledger) == events::schema::Payload::LedgerRecovered);
    CHECK(is_good(*crashed.ledger));
}

TEST_CASE("Ledger never loses silently, whichever bit of the write-ahead log flips", "[ledger]") {
    CrashedLedger crashed;
    const auto wal = crashed.newest_wal();
    const auto kept = crashed.folder.path() / "kept";
    copy_folder(crashed.options.dir, kept);
    std::mt19937 random(Catch::rngSeed());
    for (int i = 0; i < 200; ++i) {
        copy_folder(kept, crashed.options.dir);
        const auto bytes = fs::file_size(wal);  // a start that succeeds removes the file
        const auto byte = std::uniform_int_distribution<std::uint64_t>(0, bytes - 1)(random);
        flip_bit(wal, byte);
        const auto opened = crashed.try_open();
        INFO("byte " << byte << " of " << bytes);
        if (!opened) {
            CHECK((opened.error().code == "E_LOG_DAMAGED" || opened.error().code == "E_LOG_LOST"));
            continue;
        }
        CHECK_FALSE(crashed.ledger->recovery().clean);
        CHECK(crashed.ledger->head().size == crashed.whole_size());
        CHECK(newest_type(*crashed.ledger) == events::schema::Payload::LedgerRecovered);
        crashed.close();
    }
}

TEST_CASE("Ledger believes no log without a good head anchor", "[ledger]") {
    CrashedLedger crashed;
    SECTION("missing") {
        fs::remove(crashed.anchor());
        CHECK(crashed.try_open().error().code == "E_ANCHOR_MISSING");
    }
    SECTION("both slots damaged") {
        flip_bit(crashed.anchor(), 20);
        flip_bit(crashed.anchor(), 4096 + 20);
        CHECK(crashed.try_open().error().code == "E_ANCHOR_DAMAGED");
    }
    SECTION("emptied") {
        fs::resize_file(crashed.anchor(), 0);
        CHECK(crashed.try_open().error().code == "E_ANCHOR_DAMAGED");
    }
    SECTION("one slot damaged: the other still tells, and it is said") {
        flip_bit(crashed.anchor(), GENERATE(20u, 4096u + 20u));
        crashed.open();
        CHECK_FALSE(crashed.ledger->recovery().clean);
        CHECK(crashed.ledger->head().size == crashed.whole_size());
        CHECK(is_good(*crashed.ledger));
    }
    SECTION("from an earlier time") {
        const auto old = crashed.folder.path() / "old.anchor";
        fs::copy_file(crashed.anchor(), old);
        crashed.open();
        for (int i = 0; i < 5; ++i) crashed.must_record(employer_registered(fresh_id()));
        crashed.close();
        fs::copy_file(old, crashed.anchor(), fs::copy_options::overwrite_existing);
        CHECK(crashed.try_open().error().code == "E_ANCHOR_DAMAGED");
    }
}

TEST_CASE("Ledger refuses a log from an earlier time", "[ledger]") {
    CrashedLedger crashed;
    const auto old = crashed.folder.path() / "old";
    copy_folder(crashed.log_folder(), old);
    crashed.open();
    for (int i = 0; i < 5; ++i) crashed.must_record(employer_registered(fresh_id()));
    const auto size = crashed.ledger->head().size;
    crashed.close();
    copy_folder(old, crashed.log_folder());
    const auto opened = crashed.try_open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "E_LOG_LOST");
    CHECK(opened.error().what.find(fmt::format("positions {} to {}", size - 5, size - 1)) !=
          std::string::npos);
}

TEST_CASE("Ledger refuses to start without its vault", "[ledger]") {
    CrashedLedger crashed;
    SECTION("the whole folder") {
        fs::remove_all(crashed.options.dir / "vault");
    }
    SECTION("a key file") {
        fs::remove(crashed.options.dir / "vault/keys/lookup");
    }
    SECTION("a damaged key file") {
        flip_bit(crashed.options.dir / "vault/keys/epoch-0001", 30);
    }
    SECTION("damaged shards") {
        flip_bit(crashed.options.dir / "vault/keys/shards", 5'000);
    }
    SECTION("another ledger's") {
        LedgerFixture other;
        other.open();
        other.close();
        copy_folder(other.options.dir / "vault", crashed.options.dir / "vault");
        const auto opened = crashed.try_open();
        REQUIRE_FALSE(opened);
        // Its keys do not fit the anchor, which is noticed first.
        CHECK(opened.error().code == "E_ANCHOR_DAMAGED");
        return;
    }
    CHECK(crashed.try_open().error().code == "E_VAULT_MISSING");
}

TEST_CASE("Ledger refuses a store that lost its way", "[ledger]") {
    CrashedLedger crashed;
    SECTION("a flipped bit in the manifest") {
        for (const auto& entry : fs::directory_iterator(crashed.log_folder())) {
            if (entry.path().filename().string().starts_with("MANIFEST")) {
                flip_bit(entry.path(), fs::file_size(entry.path()) / 2);
            }
        }
        CHECK(crashed.try_open().error().code == "E_LOG_DAMAGED");
    }
    SECTION("no log at all") {
        fs::remove_all(crashed.log_folder());
        CHECK(crashed.try_open().error().code == "E_LOG_LOST");
        crashed.options.opening = LedgerFixture::Opening::demo;
        CHECK(crashed.try_open().error().code == "E_LOG_LOST");
    }
}

TEST_CASE("Verifier names the position of a damaged block of a sorted file", "[ledger]") {
    CrashedLedger crashed;
    // Plain RocksDB flushes what it recovers, so afterwards the events lie in a sorted file.
    REQUIRE(events_by_plain_rocksdb(crashed.log_folder()) == crashed.whole_size());
    fs::path largest;
    for (const auto& entry : fs::directory_iterator(crashed.log_folder())) {
        if (entry.path().extension() != ".sst") continue;
        if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
    }
    flip_bit(largest, 2'000);
    const auto opened = crashed.try_open();
    if (!opened) {
        CHECK(opened.error().code == "E_LOG_DAMAGED");
        return;
    }
    const auto verified = ledger::verify(*crashed.ledger, {}, std::atomic<bool>{false});
    REQUIRE(verified);
    REQUIRE(verified->fault);
    CHECK(verified->fault->position.has_value());
}
