// Events that somebody with the disk in hand has swapped, dropped, doubled, put elsewhere or dated
// back: well-formed each of them, and noticed all the same.
#include <rocksdb/db.h>

#include <catch2/catch.hpp>
#include <stdexcept>

#include "events/event.h"
#include "ledger/proof/text.h"
#include "tests/acceptance/flipped_ledger.h"

using acceptance::FlippedLedger;

namespace {

namespace fs = std::filesystem;

/// The events of a stopped ledger, under RocksDB's own hands and nobody else's.
class RawEvents {
public:
    explicit RawEvents(const fs::path& ledger_dir) {
        const auto folder = (ledger_dir / "ledger").string();
        std::vector<std::string> names;
        std::vector<rocksdb::ColumnFamilyDescriptor> parts;
        if (!rocksdb::DB::ListColumnFamilies({}, folder, &names).ok())
            throw std::runtime_error("no log in " + folder);
        for (const auto& name : names) parts.emplace_back(name, rocksdb::ColumnFamilyOptions());
        rocksdb::DB* opened = nullptr;
        const auto status = rocksdb::DB::Open({}, folder, parts, &handles_, &opened);
        if (!status.ok()) throw std::runtime_error(status.ToString());
        db_.reset(opened);
        for (auto* handle : handles_)
            if (handle->GetName() == "events") events_ = handle;
    }
    ~RawEvents() {
        for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    }
    RawEvents(const RawEvents&) = delete;
    RawEvents& operator=(const RawEvents&) = delete;

    std::string get(std::uint64_t position) const {
        std::string bytes;
        if (!db_->Get({}, events_, key(position), &bytes).ok()) throw std::out_of_range("no event");
        return bytes;
    }
    void put(std::uint64_t position, const std::string& bytes) {
        db_->Put({}, events_, key(position), bytes);
    }
    void drop(std::uint64_t position) { db_->Delete({}, events_, key(position)); }

private:
    static std::string key(std::uint64_t position) {
        std::string out;
        proof::put_be(out, position, 8);
        return out;
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
    std::unique_ptr<rocksdb::DB> db_;
    rocksdb::ColumnFamilyHandle* events_ = nullptr;
};

/// The same event, recorded a day earlier by its own account.
std::string dated_back(std::string bytes) {
    auto* event = events::schema::GetMutableEvent(bytes.data());
    const auto* instant = event->recorded_at();
    const_cast<events::schema::Instant*>(instant)->mutate_micros(instant->micros() -
                                                                 86'400'000'000);
    return bytes;
}

/// A copy of one ledger's folder, for every kind of harm anew.
struct Harmed {
    Harmed() : log(false), kept(log.folder().parent_path() / "kept") {
        fs::copy(log.folder(), kept, fs::copy_options::recursive);
    }
    /// What an auditor finds after that.
    template <class Harm>
    acceptance::Reading after(const Harm& harm) {
        fs::remove_all(log.folder());
        fs::copy(kept, log.folder(), fs::copy_options::recursive);
        {
            RawEvents events(log.folder());
            harm(events);
        }
        return log.read_log();
    }
    FlippedLedger log;
    fs::path kept;
};

}  // namespace

TEST_CASE("An event that was swapped, dropped, doubled, moved or dated back is noticed",
          "[flips]") {
    Harmed ledger;
    const auto untouched = ledger.after([](RawEvents&) {});
    REQUIRE_FALSE(untouched.noticed());
    // Early, in the middle of a full tile, at its end, and among the last.
    for (const std::uint64_t at : {5u, 100u, 254u, 255u, 290u}) {
        INFO("at position " << at);
        CHECK(ledger
                  .after([&](RawEvents& events) {
                      const auto one = events.get(at), other = events.get(at + 2);
                      events.put(at, other);
                      events.put(at + 2, one);
                  })
                  .noticed());
        CHECK(ledger.after([&](RawEvents& events) { events.drop(at); }).noticed());
        CHECK(ledger.after([&](RawEvents& events) { events.put(at + 1, events.get(at)); })
                  .noticed());
        CHECK(ledger
                  .after([&](RawEvents& events) {
                      const auto first = events.get(at);
                      for (auto i = at; i < at + 5; ++i) events.put(i, events.get(i + 1));
                      events.put(at + 5, first);
                  })
                  .noticed());
        CHECK(ledger.after([&](RawEvents& events) { events.put(at, dated_back(events.get(at))); })
                  .noticed());
    }
}

TEST_CASE("A log that lost an event and closed the gap is noticed", "[flips]") {
    Harmed ledger;
    CHECK(ledger
              .after([](RawEvents& events) {
                  for (std::uint64_t i = 50; i < 300; ++i) events.put(i, events.get(i + 1));
                  events.drop(300);
              })
              .noticed());
}
