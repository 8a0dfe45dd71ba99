#include "ledger/tree.h"

#include <bit>
#include <cstring>

#include "events/base/ensure.h"
#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::size_t hash_bytes = sizeof(events::Hash);
constexpr unsigned tile_bits = 8;
static_assert(1u << tile_bits == tile_hashes);

events::Hash hash_in(std::string_view tile, std::size_t index) {
    events::Hash out;
    std::memcpy(out.data(), tile.data() + index * hash_bytes, hash_bytes);
    return out;
}

/// Root of a full tile: 256 hashes, eight levels up.
events::Hash tile_root(std::string_view tile) {
    Frontier frontier;
    for (std::size_t i = 0; i < tile_hashes; ++i) frontier.append(hash_in(tile, i));
    return frontier.root();
}

}  // namespace

Frontier::Frontier(std::uint64_t size, std::vector<events::Hash> subtrees)
    : size_(size), subtrees_(std::move(subtrees)) {
    ENSURE(subtrees_.size() == static_cast<std::size_t>(std::popcount(size_)),
           "there is one perfect subtree for each set bit of the size");
}

void Frontier::append(const events::Hash& leaf) {
    events::Hash hash = leaf;
    for (std::uint64_t bits = size_; bits & 1; bits >>= 1) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
    }
    subtrees_.push_back(hash);
    ++size_;
    ENSURE(subtrees_.size() == static_cast<std::size_t>(std::popcount(size_)),
           "there is one perfect subtree for each set bit of the size");
}

void Frontier::hand_over(std::vector<events::Hash>& out) const {
    out.insert(out.end(), subtrees_.begin(), subtrees_.end());
}

events::Hash Frontier::root() const {
    if (subtrees_.empty()) return empty_root();
    events::Hash hash = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i-- > 0;) hash = node_hash(subtrees_[i], hash);
    return hash;
}

bool Tree::restore(std::uint64_t size, const std::vector<events::Hash>& leaves) {
    ENSURE(leaves.size() == size % tile_hashes, "the partial tile is handed in");
    const std::lock_guard lock(mutex_);
    for (std::uint8_t level = 0; size >> (tile_bits * level) > 0; ++level) {
        const std::uint64_t count = size >> (tile_bits * level);
        full_.push_back(count / tile_hashes);
        partial_.emplace_back();
        if (level == 0) {
            for (const auto& leaf : leaves) append_bytes(partial_[0], leaf);
            continue;
        }
        // The partial tile of a level above: roots of the last full tiles of the level below.
        for (std::uint64_t i = count / tile_hashes * tile_hashes; i < count; ++i) {
            const auto below = read_({static_cast<std::uint8_t>(level - 1), i});
            if (!below || below->size() != tile_hashes * hash_bytes) return false;
            append_bytes(partial_[level], tile_root(*below));
        }
    }
    // The frontier's subtrees are folds of the partial tiles, highest level first.
    std::vector<events::Hash> subtrees;
    for (std::size_t level = partial_.size(); level-- > 0;) {
        Frontier tile;
        for (std::size_t i = 0; i * hash_bytes < partial_[level].size(); ++i) {
            tile.append(hash_in(partial_[level], i));
        }
        tile.hand_over(subtrees);
    }
    frontier_ = Frontier(size, std::move(subtrees));
    return true;
}

std::uint64_t Tree::size() const {
    const std::lock_guard lock(mutex_);
    return frontier_.size();
}

events::Hash Tree::root() const {
    const std::lock_guard lock(mutex_);
    return frontier_.root();
}

std::optional<std::string> Tree::tile(TileName name, std::size_t count) const {
    {
        const std::lock_guard lock(mutex_);
        if (const auto kept = kept_.find(name); kept != kept_.end()) {
            return kept->second.substr(0, count * hash_bytes);
        }
        if (name.level < full_.size() && name.index == full_[name.level]) {
            if (partial_[name.level].size() < count * hash_bytes) return std::nullopt;
            return partial_[name.level].substr(0, count * hash_bytes);
        }
    }
    auto stored = read_(name);
    if (!stored || stored->size() != tile_hashes * hash_bytes) return std::nullopt;
    stored->resize(count * hash_bytes);
    return stored;
}

std::optional<events::Hash> Tree::root(std::uint64_t size) const {
    std::vector<events::Hash> subtrees;
    std::uint8_t levels = 0;
    while (size >> (tile_bits * levels) > 0) ++levels;
    for (std::uint8_t level = levels; level-- > 0;) {
        const std::uint64_t count = size >> (tile_bits * level);
        if (count % tile_hashes == 0) continue;
        const auto hashes = tile({level, count / tile_hashes}, count % tile_hashes);
        if (!hashes) return std::nullopt;
        Frontier part;
        for (std::size_t i = 0; i < count % tile_hashes; ++i) part.append(hash_in(*hashes, i));
        part.hand_over(subtrees);
    }
    return Frontier(size, std::move(subtrees)).root();
}

std::optional<events::Hash> Tree::leaf(std::uint64_t position) const {
    const std::size_t at = position % tile_hashes;
    const auto hashes = tile({0, position / tile_hashes}, at + 1);
    if (!hashes) return std::nullopt;
    return hash_in(*hashes, at);
}

void Tree::append(const events::Hash& leaf) {
    const std::lock_guard lock(mutex_);
    frontier_.append(leaf);
    push(0, leaf);
}

void Tree::push(std::uint8_t level, const events::Hash& hash) {
    if (partial_.size() == level) {
        partial_.emplace_back();
        full_.push_back(0);
    }
    append_bytes(partial_[level], hash);
    if (partial_[level].size() < tile_hashes * hash_bytes) return;
    const TileName name{level, full_[level]++};
    const auto root = tile_root(partial_[level]);
    kept_.emplace(name, std::exchange(partial_[level], {}));
    fresh_.push_back(name);
    push(static_cast<std::uint8_t>(level + 1), root);
}

std::vector<Tile> Tree::take_full() {
    const std::lock_guard lock(mutex_);
    std::vector<Tile> out;
    for (const auto& name : fresh_) out.push_back({name, kept_.at(name)});
    fresh_.clear();
    return out;
}

void Tree::stored(const std::vector<Tile>& tiles) {
    const std::lock_guard lock(mutex_);
    for (const auto& tile : tiles) kept_.erase(tile.name);
}

}  // namespace ledger
