#include "ledger/prover.h"

#include <fmt/format.h>

namespace ledger {
namespace {

base::Error bad_size(std::string what) {
    return {base::Fault::invalid, "E_TREE_SIZE", std::move(what)};
}

}  // namespace

template <class Found>
base::Result<Found> Prover::found(std::optional<Found> value) const {
    if (value) return *std::move(value);
    return base::Error{base::Fault::corrupt, "E_TREE_DAMAGED",
                       "a tile of the tree is missing or too short"};
}

base::Result<proof::Hash> Prover::root(std::uint64_t size) const {
    return found(proof::root_of(size, [&](proof::Subtree at) { return subtrees_.root(at); }));
}

base::Result<proof::Path> Prover::inclusion(std::uint64_t position, std::uint64_t size) const {
    if (position >= size) {
        return bad_size(
            fmt::format("position {} is not among the first {} events", position, size));
    }
    return found(proof::inclusion_path(position, size,
                                       [&](proof::Subtree at) { return subtrees_.root(at); }));
}

base::Result<proof::Path> Prover::consistency(std::uint64_t older, std::uint64_t newer) const {
    if (older > newer) return bad_size(fmt::format("{} events are more than {}", older, newer));
    return found(proof::consistency_path(older, newer,
                                         [&](proof::Subtree at) { return subtrees_.root(at); }));
}

base::Result<proof::Path> Prover::subtree(std::uint64_t from, std::uint64_t upto,
                                          std::uint64_t size) const {
    if (!proof::is_valid_subtree(from, upto) || upto > size) {
        return bad_size(fmt::format("[{}, {}) is no subtree of {} events", from, upto, size));
    }
    return found(proof::subtree_path(from, upto, size,
                                     [&](proof::Subtree at) { return subtrees_.root(at); }));
}

base::Result<std::string> Prover::tile(TileName name, std::size_t count) const {
    return found(tree_.tile(name, count));
}

}  // namespace ledger
