// Digests of the views: the same for every fold of a log, and wrong for altered entries.
#include "projections/digests.h"

#include <catch2/catch.hpp>

#include "projections/buckets.h"
#include "projections/comparison.h"
#include "projections/replay.h"
#include "projections/storage/row_bytes.h"
#include "tests/projections/cases.h"
#include "tests/projections/made_up_years.h"

namespace {

using projections::Buckets;
using projections::Difference;
using projections::Note;
using projections::Store;
using projections::ViewDigests;

/// A made-up ledger of several buckets. Opened while it is made: what RocksDB and the code lists
/// keep for the whole process is then older, and outlives it.
struct SomeYears : test::LedgerFixture {
    SomeYears() {
        open();
        test::Loader(*this).load(1'400);
    }
};

/// Made once, never changed.
const ledger::Ledger& some_years() {
    static SomeYears years;
    return *years.ledger;
}

ViewDigests entries_of(const Store& store, std::optional<std::uint64_t> size = {}) {
    const auto snapshot = store.snapshot();
    REQUIRE(snapshot);
    const auto digests = projections::stored_digests(
        store, **snapshot, size.value_or((*snapshot)->checkpoint().position));
    REQUIRE(digests);
    return *digests;
}

/// A whole fold in memory.
struct Folded {
    explicit Folded(const ledger::Ledger& ledger) : log(ledger) {
        auto opened = projections::Replay::open({}, log);
        REQUIRE(opened);
        replay = *std::move(opened);
        REQUIRE(replay->fold_to(log.size(), false));
    }
    const Store& store() const { return replay->store(); }

    projections::LedgerReader log;
    std::unique_ptr<projections::Replay> replay;
};

/// Folds in pieces and takes up again from the folder after each of them.
ViewDigests in_pieces(const ledger::Ledger& ledger, std::uint64_t batch, std::uint64_t piece) {
    const test::TemporaryFolder folder;
    for (std::uint64_t upto = piece;; upto += piece) {
        auto views = projections::Views::open(folder.path(), ledger, batch);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false, upto));
        const auto digests = (*views)->digests();
        REQUIRE(digests);
        const auto again = (*views)->digests_at((*views)->position());
        REQUIRE(again);
        CHECK(digests->views == again->views);
        if ((*views)->position() == ledger.head().size) return *digests;
    }
}

std::vector<Note> all_of(const Store& store, std::string_view prefix) {
    std::vector<Note> out;
    const auto read = store.notes(prefix, [&](std::string_view key, std::string_view value) {
        out.emplace_back(std::string(key), std::string(value));
    });
    REQUIRE(read);
    return out;
}

/// Changes stored entries behind the runner's back.
void alter(Store& store, std::vector<Note> put, std::vector<std::string> drop = {}) {
    projections::Batch batch;
    batch.notes = std::move(put);
    batch.dropped = std::move(drop);
    const auto checkpoint = store.checkpoint();
    REQUIRE(checkpoint);
    batch.checkpoint = **checkpoint;
    REQUIRE(store.write(batch));
}

}  // namespace

TEST_CASE("Digests do not depend on batches, restarts or how they are taken", "[projections]") {
    const auto& ledger = some_years();
    REQUIRE(ledger.head().size > 2 * Buckets::events);
    const Folded folded(ledger);
    const auto expected = folded.replay->digests();
    REQUIRE(expected);
    CHECK(expected->size == ledger.head().size);
    CHECK(entries_of(folded.store()) == *expected);
    for (const std::uint64_t batch : {1u, 7u, 1'000u, 100'000u}) {
        INFO("batches of " << batch);
        CHECK(in_pieces(ledger, batch, 3'001) == *expected);
    }
    CHECK(in_pieces(ledger, 4'096, 611) == *expected);
}

TEST_CASE("A digest of earlier can be had again from the entries", "[projections]") {
    const auto& ledger = some_years();
    const projections::LedgerReader log(ledger);
    auto replay = projections::Replay::open({}, log);
    REQUIRE(replay);
    std::vector<ViewDigests> taken;
    for (const std::uint64_t upto : {1u, 900u, 4'096u, 5'000u, 8'192u, 9'001u}) {
        REQUIRE((*replay)->fold_to(upto, false));
        const auto digests = (*replay)->digests();
        REQUIRE(digests);
        taken.push_back(*digests);
    }
    REQUIRE((*replay)->fold_to(ledger.head().size, false));
    for (const auto& then : taken) {
        const auto again = entries_of((*replay)->store(), then.size);
        CHECK(!again.views.contains("agenda"));
        for (const auto& [view, digest] : again.views) {
            INFO(view << " at " << then.size);
            CHECK(then.views.at(view) == digest);
        }
        CHECK(again.views.size() == then.views.size() - 2);
    }
}

TEST_CASE("Every kind of altered entry is found with its view and position", "[projections]") {
    const auto& ledger = some_years();
    const Folded honest(ledger);
    const test::TemporaryFolder folder;
    {
        auto views = projections::Views::open(folder.path(), ledger);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false));
    }
    const auto opened = Store::open(folder.path());
    REQUIRE(opened);
    Store& store = **opened;
    const auto before = entries_of(honest.store());

    const auto found = [&](std::string_view view) {
        const auto compared =
            projections::compare(store, honest.store(), [](std::uint64_t) { return true; });
        REQUIRE(compared);
        REQUIRE(compared->differences == 1);
        REQUIRE(compared->first);
        REQUIRE(compared->first_by_view.contains(std::string(view)));
        const auto after = entries_of(store);
        for (const auto& [name, digest] : after.views) {
            INFO(name);
            CHECK((digest != before.views.at(name)) ==
                  compared->first_by_view.contains(std::string(name)));
        }
        return *compared->first;
    };
    const auto middle = [&](std::string_view prefix) {
        const auto entries = all_of(store, prefix);
        REQUIRE(!entries.empty());
        return entries[entries.size() / 2];
    };

    SECTION("a row that is gone") {
        const auto row = middle("H");
        alter(store, {}, {row.first});
        const auto difference = found("stock");
        CHECK(difference.kind == Difference::Kind::missing);
        CHECK(difference.position == projections::get_u64(std::string_view(row.first).substr(5)));
        CHECK(difference.views == std::vector<std::string>{"stock", "net-inflow"});
    }
    SECTION("a number that is another") {
        auto row = middle("U");
        row.second.back() = static_cast<char>(row.second.back() + 1);
        alter(store, {row});
        const auto difference = found("use-matrix");
        CHECK(difference.kind == Difference::Kind::altered);
        CHECK(difference.position == projections::get_u64(std::string_view(row.first).substr(5)));
        CHECK(difference.views == std::vector<std::string>{"use-matrix"});
        const auto is = projections::Speller(store).spell(difference.key, difference.stored);
        const auto should =
            projections::Speller(honest.store()).spell(difference.key, difference.replayed);
        const auto days = [](const auto& spelled) {
            return spelled.as_object().at("restday_mday").template to_number<std::int64_t>();
        };
        CHECK(days(is) == days(should) + 1);
    }
    SECTION("a row too many") {
        auto row = middle("M");
        row.first.back() = static_cast<char>(0x7f);
        alter(store, {row});
        const auto difference = found("flow-matrix");
        CHECK(difference.kind == Difference::Kind::added);
        CHECK(difference.position == projections::get_u64(std::string_view(row.first).substr(5)));
    }
    SECTION("a word that reads otherwise") {
        auto word = middle("Dp");
        word.second.back() = static_cast<char>(word.second.back() ^ 1);
        alter(store, {word});
        const auto difference = found("use-matrix");
        CHECK(difference.part == "places");
        CHECK(difference.position == projections::get_u64(word.second));
    }
    SECTION("an employer's version, and who was ever there") {
        auto employer = middle("E");
        employer.second += " ";
        alter(store, {employer});
        CHECK(found("roster").part == "employers");
        alter(store, {{employer.first, employer.second.substr(0, employer.second.size() - 1)}},
              {middle("N").first});
        CHECK(found("roster").part == "staff");
    }
    SECTION("a note of the agenda") {
        auto note = middle("A");
        note.second.back() = static_cast<char>(note.second.back() + 1);
        alter(store, {note});
        const auto difference = found("agenda");
        CHECK(difference.part == "agenda");
        CHECK(!difference.position);
    }
    SECTION("a kept sum") {
        auto sum = middle("G");
        sum.second.back() = static_cast<char>(sum.second.back() + 1);
        alter(store, {sum});
        const auto compared =
            projections::compare(store, honest.store(), [](std::uint64_t) { return true; });
        REQUIRE(compared);
        REQUIRE(compared->first);
        CHECK(compared->first->part == "sums");
    }
}

TEST_CASE("Bytes that are no entries are refused and not read", "[projections]") {
    std::vector<Note> entries;
    CHECK_FALSE(Buckets::unpack_tail(std::string("\0\0\0\x09short", 9), entries));
    CHECK_FALSE(projections::BucketSum::unpack("short"));
    CHECK(projections::position_of(0, "H", "") == std::nullopt);
    projections::SignedRow row;
    CHECK_FALSE(projections::decode_row("H", "", row));
}
