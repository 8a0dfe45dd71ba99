// Inclusion and consistency in an RFC 6962 tree: making paths from perfect subtrees, checking
// them against roots. Pure; the checking half is what an auditor runs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/hashes.h"

namespace proof {

/// Hashes from the leaf's side to the root's.
using Path = std::vector<Hash>;

/// Longest path of any tree that this ledger or anybody's can have.
inline constexpr std::size_t path_hashes_max = 63;

/// A perfect subtree: leaves [index << height, (index + 1) << height).
struct Subtree {
    unsigned height = 0;
    std::uint64_t index = 0;
    auto operator<=>(const Subtree&) const = default;
};

/// Roots of perfect subtrees; nothing if one cannot be read.
using ReadSubtree = std::function<std::optional<Hash>(Subtree)>;

/// Root of the leaves [0, size). RFC 9162 section 2.1.1.
std::optional<Hash> root_of(std::uint64_t size, const ReadSubtree& read);
/// PATH(index, size) of RFC 6962 section 2.1.1. REQUIRES: index < size.
std::optional<Path> inclusion_path(std::uint64_t index, std::uint64_t size,
                                   const ReadSubtree& read);
/// PROOF(older, newer) of section 2.1.2; empty for older = 0 and older = newer.
/// REQUIRES: older <= newer.
std::optional<Path> consistency_path(std::uint64_t older, std::uint64_t newer,
                                     const ReadSubtree& read);
/// Proof that the subtree [from, upto) is part of the tree of `size` leaves, as tlog-mirror needs
/// it. REQUIRES: is_valid_subtree(from, upto), upto <= size.
std::optional<Path> subtree_path(std::uint64_t from, std::uint64_t upto, std::uint64_t size,
                                 const ReadSubtree& read);
/// Whether `from` is a multiple of the smallest power of two that is no less than upto - from.
bool is_valid_subtree(std::uint64_t from, std::uint64_t upto);

/// False for a path that is too short, too long or holds a wrong hash, and for index >= size.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Path& path,
                      const Hash& root);
/// The root that the path leads to; nothing if its length is not that of (index, size).
std::optional<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                        const Path& path);
bool verify_consistency(std::uint64_t older, std::uint64_t newer, const Hash& older_root,
                        const Hash& newer_root, const Path& path);
/// The newer root that the path leads to; nothing if it does not begin at the older
/// one, or unless 0 < older < newer.
std::optional<Hash> root_from_consistency(std::uint64_t older, std::uint64_t newer,
                                          const Hash& older_root, const Path& path);
bool verify_subtree(const Hash& subtree_root, std::uint64_t from, std::uint64_t upto,
                    std::uint64_t size, const Path& path, const Hash& root);

}  // namespace proof
