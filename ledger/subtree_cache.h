// Roots of perfect subtrees of any height, for proofs. A tile keeps one level in eight; the seven
// between are worked out once and kept here.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/proof/merkle.h"
#include "ledger/tree.h"

namespace ledger {

/// Bounds:  `tiles_max` tiles with their inner nodes, 16 KiB each; the one asked longest ago goes.
/// Threads: safe from any, if reading tiles is. Lifetime: the tree must outlive it.
class SubtreeCache {
public:
    static constexpr std::size_t tiles_max = 8'192;  ///< all of two million events
    /// The first hashes of a tile, one after the other; nothing if they cannot be read.
    using ReadTile = std::function<std::optional<std::string>(TileName, std::size_t count)>;

    explicit SubtreeCache(const Tree& tree)
        : read_([&tree](TileName name, std::size_t count) { return tree.tile(name, count); }) {}
    explicit SubtreeCache(ReadTile read) : read_(std::move(read)) {}

    /// Nothing if a tile that should be there is not.
    /// REQUIRES: the tree has all leaves of the subtree.
    std::optional<proof::Hash> root(proof::Subtree at) const;

private:
    /// rows[h] holds the roots of 2^h neighbouring hashes each. As the tile fills, rows grow:
    /// what stands in a tree never changes.
    struct Nodes {
        std::array<std::vector<proof::Hash>, 8> rows;
    };
    using Entry = std::pair<TileName, Nodes>;

    Nodes& nodes_of(TileName name) const;
    bool fill(TileName name, std::size_t hashes, Nodes& nodes) const;

    const ReadTile read_;
    mutable std::mutex mutex_;
    mutable std::list<Entry> recent_;  ///< the one asked last in front
    mutable std::map<TileName, std::list<Entry>::iterator> by_name_;
};

}  // namespace ledger
