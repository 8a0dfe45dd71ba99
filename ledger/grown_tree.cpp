#include "ledger/grown_tree.h"

#include "events/base/ensure.h"
#include "ledger/bytes.h"

namespace ledger {

/// How many hashes level `level` has: one for each full tile below it.
std::uint64_t GrownTree::hashes_at(std::size_t level) const {
    return tiles_ >> (8 * (level - 1));
}

void GrownTree::append(const TileNodes& tile, const Finished& finished) {
    ENSURE(tile.full(), "only full tiles are hashed upwards");
    ++tiles_;
    auto root = tile.root();
    for (std::size_t level = 1;; ++level) {
        if (upper_.size() < level) upper_.emplace_back();
        auto& nodes = upper_[level - 1];
        nodes.add(root);
        if (!nodes.full()) return;
        const TileName name{static_cast<std::uint8_t>(level), hashes_at(level) / tile_hashes - 1};
        if (finished) finished(name, nodes.bytes());
        root = nodes.root();
        nodes.clear();
    }
}

events::Hash GrownTree::root(const TileNodes& next, std::size_t count) const {
    std::vector<events::Hash> subtrees;
    for (std::size_t i = upper_.size(); i-- > 0;) upper_[i].subtrees(upper_[i].size(), subtrees);
    next.subtrees(count, subtrees);
    if (subtrees.empty()) return empty_root();
    auto hash = subtrees.back();
    for (std::size_t i = subtrees.size() - 1; i-- > 0;) hash = node_hash(subtrees[i], hash);
    return hash;
}

void GrownTree::unfinished(const Finished& visit) const {
    for (std::size_t i = 0; i < upper_.size(); ++i) {
        if (upper_[i].size() == 0) continue;
        visit({static_cast<std::uint8_t>(i + 1), hashes_at(i + 1) / tile_hashes},
              upper_[i].bytes());
    }
}

std::string GrownTree::encoded() const {
    std::string out;
    append_number(out, tiles_);
    for (const auto& nodes : upper_) {
        append_number(out, static_cast<std::uint16_t>(nodes.size()));
        out += nodes.bytes();
    }
    return out;
}

bool GrownTree::decode(std::string_view bytes) {
    *this = GrownTree();
    ByteReader reader(bytes);
    tiles_ = reader.number<std::uint64_t>();
    while (reader.ok() && !reader.rest().empty()) {
        auto& nodes = upper_.emplace_back();
        for (auto left = reader.number<std::uint16_t>(); left > 0 && reader.ok(); --left) {
            nodes.add(reader.array<32>());
        }
        if (nodes.size() != hashes_at(upper_.size()) % tile_hashes) return false;
    }
    return reader.ok();
}

}  // namespace ledger
