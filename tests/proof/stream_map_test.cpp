#include "ledger/proof/stream_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace {

events::StreamId stream_of(std::uint32_t number) {
    events::StreamId out{events::StreamKind::talent, {}};
    std::memcpy(out.id.bytes.data(), &number, sizeof number);
    return out;
}

bool bit(const proof::Hash& key, std::size_t depth) {
    return (key[depth / 8] >> (7 - depth % 8) & 1) != 0;
}

/// The definition, level by level, over all 256 levels of a list of leaves.
proof::Hash naive(const std::vector<proof::MapEntry>& entries, std::size_t depth = 0) {
    if (entries.empty()) return proof::Hash{};
    if (depth == 256) return proof::stream_leaf(entries[0].key, entries[0].state);
    std::vector<proof::MapEntry> left, right;
    for (const auto& entry : entries) (bit(entry.key, depth) ? right : left).push_back(entry);
    return proof::node_hash(naive(left, depth + 1), naive(right, depth + 1));
}

proof::MapProof naive_proof(std::vector<proof::MapEntry> entries, const proof::Hash& key) {
    std::vector<proof::Hash> down;
    proof::MapProof out;
    for (std::size_t depth = 0; depth < 256; ++depth) {
        std::vector<proof::MapEntry> mine, other;
        for (const auto& entry : entries)
            (bit(entry.key, depth) == bit(key, depth) ? mine : other).push_back(entry);
        const auto sibling = naive(other, depth + 1);
        if (sibling != proof::Hash{}) {
            out.present.set(depth);
            down.push_back(sibling);
        }
        entries = std::move(mine);
    }
    out.siblings.assign(down.rbegin(), down.rend());
    return out;
}

std::vector<proof::MapEntry> map_of(std::uint32_t streams) {
    std::vector<proof::MapEntry> out;
    for (std::uint32_t i = 0; i < streams; ++i)
        out.push_back({proof::stream_key(stream_of(i)), {i % 7 + 1, 1'000 + i}});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return out;
}

}  // namespace

TEST_CASE("The map's root is that of the definition") {
    for (const std::uint32_t streams : {0u, 1u, 2u, 3u, 17u, 60u}) {
        const auto entries = map_of(streams);
        CHECK(proof::map_root(entries) == naive(entries));
    }
}

TEST_CASE("The map proves how many events a stream has and that another has none") {
    const auto entries = map_of(50);
    const auto root = naive(entries);
    for (std::uint32_t i = 0; i < 60; ++i) {
        const auto path = naive_proof(entries, proof::stream_key(stream_of(i)));
        const auto again = proof::MapProof::parse(path.encoded());
        REQUIRE(again);
        std::optional<proof::StreamState> state;
        if (i < 50) state = proof::StreamState{i % 7 + 1, 1'000 + i};
        CHECK(*proof::map_root(stream_of(i), state, *again) == root);
        // Any other claim leads to another root.
        CHECK(*proof::map_root(stream_of(i), proof::StreamState{9, 1'000 + i}, *again) != root);
        if (state) CHECK(*proof::map_root(stream_of(i), std::nullopt, *again) != root);
    }
}

TEST_CASE("Every flipped bit of a map proof is noticed") {
    const auto entries = map_of(50);
    const auto root = naive(entries);
    const auto bytes = naive_proof(entries, proof::stream_key(stream_of(3))).encoded();
    const proof::StreamState state{4, 1'003};
    REQUIRE(*proof::map_root(stream_of(3), state, *proof::MapProof::parse(bytes)) == root);
    for (std::size_t bit_at = 0; bit_at < bytes.size() * 8; ++bit_at) {
        auto altered = bytes;
        altered[bit_at / 8] = static_cast<char>(altered[bit_at / 8] ^ 0x80 >> bit_at % 8);
        const auto parsed = proof::MapProof::parse(altered);
        if (!parsed) continue;
        const auto found = proof::map_root(stream_of(3), state, *parsed);
        INFO("bit " << bit_at);
        REQUIRE((!found || *found != root));
    }
}
