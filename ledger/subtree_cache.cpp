#include "ledger/subtree_cache.h"

#include <cstring>

namespace ledger {
namespace {

constexpr unsigned tile_height = 8;

}  // namespace

std::optional<proof::Hash> SubtreeCache::root(proof::Subtree at) const {
    const auto level = static_cast<std::uint8_t>(at.height / tile_height);
    const unsigned row = at.height % tile_height;
    // First hash of the tile's own level that the subtree covers.
    const std::uint64_t first = at.index << row;
    const TileName name{level, first / tile_hashes};
    const std::size_t place = first % tile_hashes >> row;
    const std::lock_guard lock(mutex_);
    auto& nodes = nodes_of(name);
    if (place >= nodes.rows[row].size()) {
        const std::size_t needed = (place + 1) << row;
        if (!fill(name, needed, nodes)) return std::nullopt;
    }
    return nodes.rows[row][place];
}

SubtreeCache::Nodes& SubtreeCache::nodes_of(TileName name) const {
    if (const auto known = by_name_.find(name); known != by_name_.end()) {
        recent_.splice(recent_.begin(), recent_, known->second);
        return known->second->second;
    }
    if (recent_.size() == tiles_max) {
        by_name_.erase(recent_.back().first);
        recent_.pop_back();
    }
    recent_.emplace_front(name, Nodes{});
    by_name_.emplace(name, recent_.begin());
    return recent_.front().second;
}

/// Reads as many hashes as the tile has, at least those needed, and adds the rows above them.
bool SubtreeCache::fill(TileName name, std::size_t hashes, Nodes& nodes) const {
    const auto tile = read_(name, hashes);
    if (!tile || tile->size() < hashes * sizeof(proof::Hash)) return false;
    auto& lowest = nodes.rows[0];
    for (std::size_t i = lowest.size(); i < hashes; ++i)
        std::memcpy(lowest.emplace_back().data(), tile->data() + i * sizeof(proof::Hash),
                    sizeof(proof::Hash));
    for (std::size_t row = 1; row < nodes.rows.size(); ++row) {
        const auto& below = nodes.rows[row - 1];
        auto& here = nodes.rows[row];
        for (std::size_t i = here.size(); 2 * i + 1 < below.size(); ++i)
            here.push_back(proof::node_hash(below[2 * i], below[2 * i + 1]));
    }
    return true;
}

}  // namespace ledger
