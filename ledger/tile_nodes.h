// The hashes inside one tile: those that it is made of, and what they come to, up to its root.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "ledger/tree.h"

namespace ledger {

/// Filled from left to right; every perfect subtree is hashed once, when it is complete.
class TileNodes {
public:
    void clear() {
        for (auto& row : rows_) row.clear();
    }
    void add(const events::Hash& hash) {
        rows_[0].push_back(hash);
        for (std::size_t row = 0; row < height && rows_[row].size() % 2 == 0; ++row) {
            const auto& below = rows_[row];
            rows_[row + 1].push_back(node_hash(below[below.size() - 2], below.back()));
        }
    }

    std::size_t size() const { return rows_[0].size(); }
    bool full() const { return size() == tile_hashes; }
    const events::Hash& leaf(std::size_t place) const { return rows_[0][place]; }
    /// REQUIRES: full.
    const events::Hash& root() const { return rows_[height].front(); }
    /// The lowest row, as a tile is stored.
    std::string_view bytes() const {
        return {reinterpret_cast<const char*>(rows_[0].data()), size() * sizeof(events::Hash)};
    }
    /// Appends the perfect subtrees of the first `count` hashes, largest first.
    void subtrees(std::size_t count, std::vector<events::Hash>& out) const {
        std::size_t from = 0;
        for (std::size_t row = height + 1; row-- > 0;) {
            if ((count >> row & 1) == 0) continue;
            out.push_back(rows_[row][from >> row]);
            from += std::size_t{1} << row;
        }
    }

private:
    static constexpr std::size_t height = 8;

    std::array<std::vector<events::Hash>, height + 1> rows_;
};

}  // namespace ledger
