// The RFC 6962 SHA-256 tree over the stored events, kept in tiles of 256 hashes.
//
//   level 1   | root of tile 0 | root of tile 1 | ...          one hash = 256 leaves
//   level 0   | leaf 0 ... 255 | leaf 256 ... 511 | ...        one hash = one leaf
//
// A tile is stored once it is full; the last, partial tile of every level lives in memory and is
// made again from the log's tail at start. Hashes at a place never change, so readers may look at
// leaves that are not durable yet without harm: they only ask below the durable head.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/ids.h"
#include "ledger/proof/hashes.h"

namespace ledger {

inline constexpr std::uint64_t tile_hashes = 256;

using proof::empty_root;
using proof::leaf_hash;
using proof::node_hash;

/// Perfect subtrees from left to right, for appending and for the root of what was appended.
class Frontier {
public:
    Frontier() = default;
    /// REQUIRES: one perfect subtree for each set bit of `size`, largest first.
    Frontier(std::uint64_t size, std::vector<events::Hash> subtrees);

    void append(const events::Hash& leaf);
    /// Appends the subtrees to `out`, largest first.
    void hand_over(std::vector<events::Hash>& out) const;
    std::uint64_t size() const { return size_; }
    events::Hash root() const;

private:
    std::uint64_t size_ = 0;
    std::vector<events::Hash> subtrees_;  // one per set bit of size_, largest first
};

struct TileName {
    std::uint8_t level = 0;
    std::uint64_t index = 0;
    auto operator<=>(const TileName&) const = default;
};

struct Tile {
    TileName name;
    std::string hashes;  ///< 256 hashes, one after the other
};

/// Threads: `append`, `take_full` and `stored` by the writer; everything else from any thread.
class Tree {
public:
    /// Reads a stored tile: 256 hashes one after the other; nothing if it is not stored.
    using ReadTile = std::function<std::optional<std::string>(TileName)>;

    explicit Tree(ReadTile read) : read_(std::move(read)) {}

    /// Starts at `size` leaves, whose full tiles are stored and whose last ones are in `leaves`
    /// (those of the partial tile of level 0). False if a tile is missing.
    bool restore(std::uint64_t size, const std::vector<events::Hash>& leaves);

    // -- questions ------------------------------------------------------------------------------
    std::uint64_t size() const;
    events::Hash root() const;
    /// Nothing if a tile that should be there is not. REQUIRES: size <= this->size().
    std::optional<events::Hash> root(std::uint64_t size) const;
    std::optional<events::Hash> leaf(std::uint64_t position) const;
    /// The first `count` hashes of a tile, one after the other, wherever it is.
    std::optional<std::string> tile(TileName name, std::size_t count) const;

    // -- changes --------------------------------------------------------------------------------
    void append(const events::Hash& leaf);
    /// Tiles that became full since the last call, to be stored with the block that filled them.
    std::vector<Tile> take_full();
    /// The tiles handed out are durable and need not be kept in memory.
    void stored(const std::vector<Tile>& tiles);

private:
    void push(std::uint8_t level, const events::Hash& hash);

    ReadTile read_;
    mutable std::mutex mutex_;
    Frontier frontier_;
    std::vector<std::string> partial_;      // per level, the hashes of the last tile
    std::vector<std::uint64_t> full_;       // per level, how many tiles are full
    std::map<TileName, std::string> kept_;  // full, not yet known to be durable
    std::vector<TileName> fresh_;           // full, not yet handed out
};

}  // namespace ledger
