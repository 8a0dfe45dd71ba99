#include "ledger/tree.h"

#include <catch2/catch.hpp>
#include <map>

#include "events/ids.h"
#include "ledger/bytes.h"
#include "ledger/crypto.h"

using ledger::Frontier, ledger::Tree, ledger::Tile, ledger::TileName;

namespace {

std::string root_of(const std::vector<std::string>& leaves) {
    Frontier frontier;
    for (const auto& leaf : leaves) frontier.append(ledger::leaf_hash(leaf));
    return events::hex(frontier.root());
}

/// A tree with its stored tiles in memory.
struct StoredTree {
    std::map<TileName, std::string> tiles;
    Tree tree{[this](TileName name) -> std::optional<std::string> {
        const auto found = tiles.find(name);
        if (found == tiles.end()) return std::nullopt;
        return found->second;
    }};

    void append(std::uint64_t from, std::uint64_t upto) {
        for (; from < upto; ++from) tree.append(ledger::leaf_hash(std::to_string(from)));
        const auto full = tree.take_full();
        for (const auto& tile : full) tiles[tile.name] = tile.hashes;
        tree.stored(full);
    }
};

/// Root as RFC 6962 defines it, by recursion.
events::Hash naive_root(std::uint64_t from, std::uint64_t upto) {
    if (upto == from) return ledger::empty_root();
    if (upto - from == 1) return ledger::leaf_hash(std::to_string(from));
    std::uint64_t half = 1;
    while (half * 2 < upto - from) half *= 2;
    return ledger::node_hash(naive_root(from, from + half), naive_root(from + half, upto));
}

}  // namespace

TEST_CASE("Frontier gives the roots of the RFC 6962 test leaves", "[ledger]") {
    std::vector<std::string> leaves;
    CHECK(root_of(leaves) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const std::pair<const char*, const char*> rows[] = {
        {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"606162636465666768696a6b6c6d6e6f",
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    for (const auto& [leaf, root] : rows) {
        leaves.push_back(*events::unhex(leaf));
        CHECK(root_of(leaves) == root);
    }
}

TEST_CASE("Tree gives the published roots and tiles of the large tree", "[ledger]") {
    StoredTree stored;
    const std::pair<std::uint64_t, const char*> rows[] = {
        {255, "32f85bcaa87d7bcd05728f09e9aeba350ba6a2f733830087f0597682848be5cb"},
        {256, "828515d033c19d8c901f37eccb8aed919667703486f8d2fff1cf7040321c5db1"},
        {257, "1eda049a4351d86f76252bd7ec0b7746ad75b7fa0316ad5f541dbda458a312c4"},
        {65535, "74f13a0e1a75689372efb990cf68c664e44c763d9304844955b2eaff624e8df1"},
        {65536, "f025d06ed804859fd274a1bdacadd6e48ea87634aa91e1edb20143f9498cd02b"},
        {65537, "dc8795a25fd4bd52a0b84f639fd3139ba160824023d188e428eb5db0f3ce221a"},
        {70000, "1a4cdfcb66374a0c0dcbef49acbd4976d13ee864fb3cb241fc943cad04f02f7e"}};
    std::uint64_t size = 0;
    for (const auto& [upto, root] : rows) {
        stored.append(size, upto);
        size = upto;
        CHECK(events::hex(stored.tree.root()) == root);
    }
    for (const auto& [at, root] : rows) CHECK(events::hex(*stored.tree.root(at)) == root);
    CHECK(events::hex(ledger::sha256({stored.tiles.at({0, 0})})) ==
          "b9704a8bfbee2c61185ceb38904a49f3f703c81e194b5b2ccdc254c2bdaaa62b");
    CHECK(events::hex(ledger::sha256({stored.tiles.at({1, 0})})) ==
          "ea7b038bc73489c89c31a27ac355aaca65a4ed73f0dd7484e68deb29d30f10a2");
}

TEST_CASE("Tree agrees with the recursive definition at every size", "[ledger]") {
    StoredTree stored;
    stored.append(0, 600);
    for (std::uint64_t size = 0; size <= 600; ++size) {
        REQUIRE(*stored.tree.root(size) == naive_root(0, size));
    }
    for (std::uint64_t i = 0; i < 600; ++i) {
        REQUIRE(*stored.tree.leaf(i) == ledger::leaf_hash(std::to_string(i)));
    }
}

TEST_CASE("Tree is the same after a restart at any size", "[ledger]") {
    for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 511u, 512u, 65'536u, 66'000u}) {
        StoredTree before;
        before.append(0, size);
        std::vector<events::Hash> leaves;
        for (auto i = size - size % 256; i < size; ++i) {
            leaves.push_back(ledger::leaf_hash(std::to_string(i)));
        }
        StoredTree after;
        after.tiles = before.tiles;
        REQUIRE(after.tree.restore(size, leaves));
        CHECK(after.tree.root() == before.tree.root());
        before.append(size, size + 300);
        after.append(size, size + 300);
        CHECK(after.tree.root() == before.tree.root());
        CHECK(after.tiles == before.tiles);
        CHECK(*after.tree.root(size / 2) == *before.tree.root(size / 2));
    }
}
