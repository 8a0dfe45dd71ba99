// Entries, roots and proofs out of a copy of a log, worked out from its tiles and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "ledger/proof/merkle.h"
#include "ledger/subtree_cache.h"
#include "tools/audit/log_copy.h"

namespace tools {

/// What it gives follows from the tiles; whether these are the log's is for the caller to see, by
/// comparing the root with a checkpoint.
///
/// Threads:  one at a time. Lifetime: the copy must outlive it.
/// Errors:   those of the copy; `invalid` E_TREE_SIZE for positions and sizes past the tree.
class CopyReader {
public:
    /// `size`: of the tree that the copy holds, as its checkpoint says: tiles are asked for at
    /// the widths that they have in it.
    CopyReader(LogCopy& copy, std::uint64_t size);

    std::uint64_t size() const { return size_; }
    /// Bytes of one entry. Neighbours come from one tile.
    base::Result<std::string> entry(std::uint64_t position);
    base::Result<proof::Hash> leaf(std::uint64_t position);
    base::Result<proof::Hash> root(std::uint64_t size);
    base::Result<proof::Path> inclusion(std::uint64_t position, std::uint64_t size);
    /// That the leaves [from, upto) are part of the whole tree.
    base::Result<proof::Path> subtree(std::uint64_t from, std::uint64_t upto);
    base::Result<proof::Path> consistency(std::uint64_t older, std::uint64_t newer);

private:
    std::optional<std::string> hashes(ledger::TileName name);
    template <class Found>
    base::Result<Found> found(std::optional<Found> value);
    base::Result<void> fits(std::uint64_t size) const;

    LogCopy& copy_;
    const std::uint64_t size_;
    ledger::SubtreeCache subtrees_;
    const proof::ReadSubtree read_;
    std::optional<base::Error> failure_;  ///< of the last tile that could not be read
    std::pair<std::uint64_t, std::string> bundle_{UINT64_MAX, {}};  ///< the newest, by its index
};

}  // namespace tools
