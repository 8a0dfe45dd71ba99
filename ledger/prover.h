// Proofs over the stored tree: what an auditor asks for.
#pragma once

#include <cstdint>

#include "events/base/result.h"
#include "ledger/proof/merkle.h"
#include "ledger/subtree_cache.h"
#include "ledger/tree.h"

namespace ledger {

/// Sizes must not be past the head; positions must lie below the size.
///
/// Threads:  safe from any. Lifetime: the tree must outlive it.
/// Errors:   `invalid` E_TREE_SIZE for sizes and positions that do not fit; `corrupt`
///           E_TREE_DAMAGED where a tile is missing.
class Prover {
public:
    explicit Prover(const Tree& tree) : tree_(tree), subtrees_(tree) {}

    base::Result<proof::Hash> root(std::uint64_t size) const;
    base::Result<proof::Path> inclusion(std::uint64_t position, std::uint64_t size) const;
    base::Result<proof::Path> consistency(std::uint64_t older, std::uint64_t newer) const;
    /// That the leaves [from, upto) are part of the tree of `size` leaves.
    base::Result<proof::Path> subtree(std::uint64_t from, std::uint64_t upto,
                                      std::uint64_t size) const;
    /// The first `count` hashes of a tile, one after the other.
    base::Result<std::string> tile(TileName name, std::size_t count) const;

private:
    template <class Found>
    base::Result<Found> found(std::optional<Found> value) const;

    const Tree& tree_;
    SubtreeCache subtrees_;
};

}  // namespace ledger
