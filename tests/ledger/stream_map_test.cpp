#include "ledger/stream_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/support/ledger_fixture.h"

namespace {

events::StreamId stream(std::uint32_t number) {
    events::StreamId out{events::StreamKind::talent, {}};
    std::memcpy(out.id.bytes.data(), &number, sizeof number);
    return out;
}

/// The map with everything in one list: what the kept one must agree with.
struct NaiveMap {
    std::map<proof::Hash, proof::StreamState> states;

    proof::Hash root() const {
        std::vector<proof::MapEntry> entries;
        for (const auto& [key, state] : states) entries.push_back({key, state});
        return proof::map_root(entries);
    }
};

struct Kept {
    test::TemporaryFolder dir;
    std::unique_ptr<ledger::storage::Database> database;
    std::unique_ptr<ledger::StreamMap> map;

    Kept() { open(); }
    void open() {
        map.reset();
        database.reset();
        auto opened =
            ledger::storage::Database::open(dir.path() / "ledger", ledger::storage::Kind::log,
                                            ledger::storage::Mode::create, nullptr);
        REQUIRE(opened);
        database = *std::move(opened);
        map = std::make_unique<ledger::StreamMap>(*database);
        REQUIRE(map->open(1'000'000, false));
    }
};

}  // namespace

TEST_CASE(
    "The kept map agrees with one made from scratch after every change, and after a restart") {
    Kept kept;
    NaiveMap naive;
    std::mt19937 random(7);
    CHECK(kept.map->state().root == proof::Hash{});
    for (std::uint64_t step = 1; step <= 12; ++step) {
        ledger::StreamMap::Changes changes;
        for (std::uint32_t i = 0; i < 150; ++i) {
            const auto number = static_cast<std::uint32_t>(random() % 900);
            const proof::StreamState state{random() % 100 + 1, step * 1'000 + i};
            changes[proof::stream_key(stream(number))] = state;
        }
        for (const auto& [key, state] : changes) naive.states[key] = state;
        auto staged = kept.map->stage(changes, step * 1'000 + 200);
        REQUIRE(staged);
        CHECK(staged->state.root == naive.root());
        REQUIRE(kept.map->keep(*std::move(staged)));
        if (step % 4 == 0) kept.open();
        CHECK(kept.map->state().root == naive.root());
        CHECK(kept.map->state().streams == naive.states.size());
        CHECK(kept.map->state().size == step * 1'000 + 200);
    }
    for (std::uint32_t number = 0; number < 1'000; ++number) {
        const auto answer = kept.map->prove(stream(number));
        REQUIRE(answer);
        const auto known = naive.states.find(proof::stream_key(stream(number)));
        REQUIRE(answer->stream.has_value() == (known != naive.states.end()));
        if (answer->stream) REQUIRE(*answer->stream == known->second);
        REQUIRE(*proof::map_root(stream(number), answer->stream, answer->proof) ==
                answer->map.root);
        const proof::StreamState lie{answer->stream ? answer->stream->count - 1 : 1, 5};
        REQUIRE(*proof::map_root(stream(number), lie, answer->proof) != answer->map.root);
    }
}

TEST_CASE("A staged map that is not kept changes nothing") {
    Kept kept;
    const ledger::StreamMap::Changes changes{{proof::stream_key(stream(1)), {1, 0}}};
    REQUIRE(kept.map->stage(changes, 10));
    CHECK(kept.map->state().size == 0);
    CHECK_FALSE(kept.map->prove(stream(1))->stream.has_value());
}

TEST_CASE("A map of a longer log than there is counts as none") {
    Kept kept;
    const ledger::StreamMap::Changes changes{{proof::stream_key(stream(1)), {1, 0}}};
    REQUIRE(kept.map->keep(*kept.map->stage(changes, 2'000'000)));
    kept.open();
    CHECK(kept.map->state().size == 0);
}
