#include "ledger/proof/merkle.h"

#include <bit>

#include "events/base/ensure.h"

namespace proof {
namespace {

/// Leaves [from, upto) of a tree.
struct Range {
    std::uint64_t from;
    std::uint64_t upto;
    std::uint64_t size() const { return upto - from; }
    /// Where RFC 6962 divides it: after the largest power of two strictly below its size.
    std::uint64_t middle() const { return from + std::bit_floor(size() - 1); }
};

/// Root of a range that begins where a range of its size may begin in a tree.
std::optional<Hash> range_root(Range range, const ReadSubtree& read) {
    if (std::has_single_bit(range.size())) {
        const auto height = static_cast<unsigned>(std::countr_zero(range.size()));
        return read({height, range.from >> height});
    }
    const auto middle = range.middle();
    const auto left = range_root({range.from, middle}, read);
    const auto right = left ? range_root({middle, range.upto}, read) : std::nullopt;
    if (!right) return std::nullopt;
    return node_hash(*left, *right);
}

/// The sub-proof of RFC 6962 2.1.2, for any range inside the tree: `whole` while the asked range
/// is a prefix of what the verifier is thought to know the root of.
bool add_subtree_path(Range asked, Range tree, bool whole, const ReadSubtree& read, Path& out) {
    const auto add = [&](Range range) {
        const auto root = range_root(range, read);
        if (root) out.push_back(*root);
        return root.has_value();
    };
    if (asked.from == tree.from && asked.upto == tree.upto) return whole || add(tree);
    const auto middle = tree.middle();
    if (asked.upto <= middle) {
        return add_subtree_path(asked, {tree.from, middle}, whole, read, out) &&
               add({middle, tree.upto});
    }
    if (asked.from >= middle) {
        return add_subtree_path(asked, {middle, tree.upto}, whole, read, out) &&
               add({tree.from, middle});
    }
    // The asked range begins where the tree does and ends in the right part.
    return add_subtree_path({middle, asked.upto}, {middle, tree.upto}, false, read, out) &&
           add({tree.from, middle});
}

/// Walks a path from a node to the root, as RFC 9162 2.1.3.2 does.
class Climb {
public:
    Climb(std::uint64_t node, std::uint64_t last) : node_(node), last_(last) {}

    bool at_root() const { return last_ == 0; }
    /// Whether the next hash of the path stands on the left.
    bool from_left() const { return (node_ & 1) != 0 || node_ == last_; }
    /// One level up, and further where there is no sibling.
    void up(bool left) {
        if (left && (node_ & 1) == 0) skip_lone();
        node_ >>= 1;
        last_ >>= 1;
    }
    std::uint64_t node() const { return node_; }

private:
    void skip_lone() {
        while ((node_ & 1) == 0 && node_ != 0) {
            node_ >>= 1;
            last_ >>= 1;
        }
    }

    std::uint64_t node_;
    std::uint64_t last_;
};

/// The root of the tree, if the path begins at the subtree: RFC 9162 section 2.1.4.2 for any
/// subtree. REQUIRES: a valid subtree that is not the whole tree.
std::optional<Hash> root_from_subtree(const Hash& subtree_root, std::uint64_t from,
                                      std::uint64_t upto, std::uint64_t size, const Path& path) {
    // The smallest part of the tree that both ends share begins the path; where the subtree is
    // itself perfect or the tree's right edge, its own root does, and is not carried.
    std::uint64_t node = from, end = upto - 1, last = size - 1;
    const auto up = [&] { node >>= 1, end >>= 1, last >>= 1; };
    while (node != end && (upto == size || (end & 1) != 0)) up();
    auto next = path.begin();
    Hash small = subtree_root;
    if (node != end) {
        if (next == path.end()) return std::nullopt;
        small = *next++;
    }
    Hash large = small;
    for (; next != path.end(); ++next, up()) {
        if (last == 0) return std::nullopt;
        if ((end & 1) == 0 && end != last) {
            large = node_hash(large, *next);
            continue;
        }
        if (node < end) small = node_hash(*next, small);
        large = node_hash(*next, large);
        while ((end & 1) == 0) up();
    }
    if (last != 0 || small != subtree_root) return std::nullopt;
    return large;
}

}  // namespace

std::optional<Hash> root_of(std::uint64_t size, const ReadSubtree& read) {
    return size == 0 ? empty_root() : range_root({0, size}, read);
}

std::optional<Path> inclusion_path(std::uint64_t index, std::uint64_t size,
                                   const ReadSubtree& read) {
    ENSURE(index < size, "a proof of inclusion is asked for a leaf of the tree");
    return subtree_path(index, index + 1, size, read);
}

std::optional<Path> consistency_path(std::uint64_t older, std::uint64_t newer,
                                     const ReadSubtree& read) {
    ENSURE(older <= newer, "the older tree is no larger");
    if (older == 0) return Path{};
    Path out;
    if (!add_subtree_path({0, older}, {0, newer}, true, read, out)) return std::nullopt;
    return out;
}

std::optional<Path> subtree_path(std::uint64_t from, std::uint64_t upto, std::uint64_t size,
                                 const ReadSubtree& read) {
    ENSURE(is_valid_subtree(from, upto) && upto <= size, "the subtree lies in the tree");
    Path out;
    if (!add_subtree_path({from, upto}, {0, size}, true, read, out)) return std::nullopt;
    return out;
}

bool is_valid_subtree(std::uint64_t from, std::uint64_t upto) {
    return from < upto && from % std::bit_ceil(upto - from) == 0;
}

std::optional<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                        const Path& path) {
    if (index >= size) return std::nullopt;
    Climb climb(index, size - 1);
    Hash root = leaf;
    for (const auto& hash : path) {
        if (climb.at_root()) return std::nullopt;
        const bool left = climb.from_left();
        root = left ? node_hash(hash, root) : node_hash(root, hash);
        climb.up(left);
    }
    if (!climb.at_root()) return std::nullopt;
    return root;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Path& path,
                      const Hash& root) {
    const auto found = root_from_inclusion(leaf, index, size, path);
    return found && *found == root;
}

bool verify_consistency(std::uint64_t older, std::uint64_t newer, const Hash& older_root,
                        const Hash& newer_root, const Path& path) {
    if (older > newer) return false;
    if (older == 0) return path.empty() && older_root == empty_root();
    return verify_subtree(older_root, 0, older, newer, path, newer_root);
}

std::optional<Hash> root_from_consistency(std::uint64_t older, std::uint64_t newer,
                                          const Hash& older_root, const Path& path) {
    if (older == 0 || older >= newer) return std::nullopt;
    return root_from_subtree(older_root, 0, older, newer, path);
}

bool verify_subtree(const Hash& subtree_root, std::uint64_t from, std::uint64_t upto,
                    std::uint64_t size, const Path& path, const Hash& root) {
    if (!is_valid_subtree(from, upto) || upto > size) return false;
    if (from == 0 && upto == size) return path.empty() && subtree_root == root;
    const auto found = root_from_subtree(subtree_root, from, upto, size, path);
    return found && *found == root;
}

}  // namespace proof
