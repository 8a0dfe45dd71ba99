#include "ledger/proof/merkle.h"

#include <catch2/catch.hpp>

#include "ledger/tree.h"
#include "tests/proof/published_log.h"

namespace {

using proof::Hash;
using proof::Path;

std::string hex(const Hash& hash) {
    return events::hex(hash);
}

test::NaiveTree decimal_tree(std::size_t size) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(proof::leaf_hash(std::to_string(i)));
    return test::NaiveTree(std::move(leaves));
}

/// Every way to spoil a path a little.
std::vector<Path> spoilt(const Path& path) {
    std::vector<Path> out;
    out.push_back(path);
    out.back().push_back(proof::leaf_hash("one too many"));
    if (path.empty()) return out;
    out.emplace_back(path.begin() + 1, path.end());
    out.emplace_back(path.begin(), path.end() - 1);
    for (std::size_t i = 0; i < path.size(); ++i) {
        out.push_back(path);
        out.back()[i][i % 32] ^= 1;
        out.push_back(path);
        out.back().insert(out.back().begin() + static_cast<std::ptrdiff_t>(i), path[i]);
    }
    if (path.size() > 1 && path[0] != path[1]) {
        out.push_back(path);
        std::swap(out.back()[0], out.back()[1]);
    }
    return out;
}

}  // namespace

TEST_CASE("The tree has the roots that certificate transparency published") {
    const std::vector<std::string> entries = {"",
                                              "00",
                                              "10",
                                              "2021",
                                              "3031",
                                              "40414243",
                                              "5051525354555657",
                                              "606162636465666768696a6b6c6d6e6f"};
    const std::vector<std::string> roots = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    std::vector<Hash> leaves;
    for (const auto& entry : entries) leaves.push_back(proof::leaf_hash(*events::unhex(entry)));
    const test::NaiveTree tree(leaves);
    for (std::size_t size = 1; size <= leaves.size(); ++size)
        CHECK(hex(*proof::root_of(size, tree.reader())) == roots[size - 1]);
    CHECK(hex(proof::empty_root()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    const auto path = *proof::inclusion_path(0, 8, tree.reader());
    REQUIRE(path.size() == 3);
    CHECK(hex(path[0]).starts_with("96a296d2"));
    CHECK(hex(path[1]).starts_with("5f083f0a"));
    CHECK(hex(path[2]).starts_with("6b47aaf2"));
    CHECK(*proof::consistency_path(1, 8, tree.reader()) == path);
}

TEST_CASE("A large tree has the roots that two other programs agreed on") {
    const std::map<std::uint64_t, std::string> roots = {
        {255, "32f85bcaa87d7bcd05728f09e9aeba350ba6a2f733830087f0597682848be5cb"},
        {256, "828515d033c19d8c901f37eccb8aed919667703486f8d2fff1cf7040321c5db1"},
        {257, "1eda049a4351d86f76252bd7ec0b7746ad75b7fa0316ad5f541dbda458a312c4"},
        {65535, "74f13a0e1a75689372efb990cf68c664e44c763d9304844955b2eaff624e8df1"},
        {65536, "f025d06ed804859fd274a1bdacadd6e48ea87634aa91e1edb20143f9498cd02b"},
        {65537, "dc8795a25fd4bd52a0b84f639fd3139ba160824023d188e428eb5db0f3ce221a"},
        {70000, "1a4cdfcb66374a0c0dcbef49acbd4976d13ee864fb3cb241fc943cad04f02f7e"}};
    ledger::Frontier frontier;
    for (std::uint64_t i = 0; i < 70'000; ++i) {
        frontier.append(proof::leaf_hash(std::to_string(i)));
        const auto known = roots.find(frontier.size());
        if (known != roots.end()) CHECK(hex(frontier.root()) == known->second);
    }
}

TEST_CASE("Paths are those of the recursive definition and verify, spoilt ones do not") {
    const auto tree = decimal_tree(70);
    const auto read = tree.reader();
    for (std::size_t size = 1; size <= 70; ++size) {
        const auto root = tree.root(size);
        for (std::size_t index = 0; index < size; ++index) {
            const auto path = *proof::inclusion_path(index, size, read);
            REQUIRE(path == tree.inclusion(index, 0, size));
            const auto& leaf = tree.leaves()[index];
            REQUIRE(proof::verify_inclusion(leaf, index, size, path, root));
            REQUIRE_FALSE(proof::verify_inclusion(leaf, index, size, path, proof::empty_root()));
            for (const auto& wrong : spoilt(path))
                REQUIRE_FALSE(proof::verify_inclusion(leaf, index, size, wrong, root));
        }
        REQUIRE_FALSE(proof::verify_inclusion(root, size, size, {}, root));
    }
}

TEST_CASE("Consistency proofs verify between all sizes, spoilt ones do not") {
    const auto tree = decimal_tree(70);
    for (std::size_t newer = 1; newer <= 70; ++newer) {
        const auto root = tree.root(newer);
        REQUIRE(proof::verify_consistency(0, newer, proof::empty_root(), root, {}));
        for (std::size_t older = 1; older <= newer; ++older) {
            const auto path = *proof::consistency_path(older, newer, tree.reader());
            REQUIRE(path == tree.consistency(older, 0, newer));
            const auto before = tree.root(older);
            REQUIRE(proof::verify_consistency(older, newer, before, root, path));
            if (older < newer) {
                REQUIRE(proof::root_from_consistency(older, newer, before, path) == root);
                REQUIRE_FALSE(proof::verify_consistency(older, newer, root, root, path));
            }
            REQUIRE_FALSE(proof::verify_consistency(newer + 1, newer, before, root, path));
            for (const auto& wrong : spoilt(path))
                REQUIRE_FALSE(proof::verify_consistency(older, newer, before, root, wrong));
        }
    }
}

TEST_CASE("Every valid subtree proves to be part of every tree that holds it") {
    const auto tree = decimal_tree(40);
    for (std::size_t size = 1; size <= 40; ++size)
        for (std::size_t from = 0; from < size; ++from)
            for (std::size_t upto = from + 1; upto <= size; ++upto) {
                if (!proof::is_valid_subtree(from, upto)) continue;
                const auto part = tree.root(from, upto);
                const auto path = *proof::subtree_path(from, upto, size, tree.reader());
                REQUIRE(proof::verify_subtree(part, from, upto, size, path, tree.root(size)));
                for (const auto& wrong : spoilt(path))
                    REQUIRE_FALSE(
                        proof::verify_subtree(part, from, upto, size, wrong, tree.root(size)));
            }
}

TEST_CASE("A missing tile gives no proof instead of a wrong one") {
    const auto tree = decimal_tree(20);
    const auto read = [&](proof::Subtree at) -> std::optional<Hash> {
        if (at.index << at.height == 16) return std::nullopt;
        return tree.reader()(at);
    };
    CHECK_FALSE(proof::inclusion_path(17, 20, read).has_value());
    CHECK(proof::inclusion_path(1, 16, read).has_value());
    CHECK_FALSE(proof::root_of(18, read).has_value());
}

TEST_CASE("The published log has the published roots and proofs") {
    for (const auto& [size, root] : test::published_roots)
        CHECK(test::base64(test::published_tree(size).root(size)) == root);
    const auto tree = test::published_tree();
    CHECK(test::base64(*proof::inclusion_path(7, 15, tree.reader())) ==
          std::vector<std::string>{"2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsw=",
                                   "ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=",
                                   "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
                                   "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks="});
    CHECK(test::base64(*proof::consistency_path(6, 15, tree.reader())) ==
          std::vector<std::string>{"ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=",
                                   "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
                                   "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
                                   "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks="});
}
