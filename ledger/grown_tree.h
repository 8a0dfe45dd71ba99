// The tree as it grows tile by tile: what full tiles come to, level above level.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/tile_nodes.h"

namespace ledger {

/// Threads: one at a time.
class GrownTree {
public:
    /// Called for each tile above the leaves, once it is full: its 256 hashes.
    using Finished = std::function<void(TileName name, std::string_view hashes)>;

    /// REQUIRES: the tile is full.
    void append(const TileNodes& tile, const Finished& finished);
    /// Of everything appended and the first `count` hashes of the tile that comes next.
    events::Hash root(const TileNodes& next, std::size_t count) const;
    /// The tiles above the leaves that are not full, lowest first.
    void unfinished(const Finished& visit) const;

    std::string encoded() const;
    bool decode(std::string_view bytes);

private:
    std::uint64_t hashes_at(std::size_t level) const;

    std::uint64_t tiles_ = 0;         ///< full ones, of leaves
    std::vector<TileNodes> upper_;    ///< the last tile of level 1, 2, ...
};

}  // namespace ledger
