#include "tools/audit/copy_reader.h"

#include <fmt/format.h>

#include "ledger/proof/entry_bundle.h"

namespace tools {
namespace {

base::Error past_the_end(std::uint64_t asked, std::uint64_t size) {
    return {base::Fault::invalid, "E_TREE_SIZE",
            fmt::format("{} is past the log of {} events", asked, size)};
}

}  // namespace

CopyReader::CopyReader(LogCopy& copy, std::uint64_t size)
    : copy_(copy),
      size_(size),
      subtrees_([this](ledger::TileName name, std::size_t) { return hashes(name); }),
      read_([this](proof::Subtree at) { return subtrees_.root(at); }) {}

std::optional<std::string> CopyReader::hashes(ledger::TileName name) {
    proof::TilePath path{false, name.level, name.index};
    path.width = proof::width_in(path, size_);
    if (path.width == 0) return std::nullopt;
    auto bytes = copy_.tile(path);
    if (bytes) return *std::move(bytes);
    failure_ = bytes.error();
    return std::nullopt;
}

template <class Found>
base::Result<Found> CopyReader::found(std::optional<Found> value) {
    if (value) return *std::move(value);
    if (failure_) return *std::exchange(failure_, std::nullopt);
    return base::Error{base::Fault::corrupt, "E_TREE_DAMAGED",
                       "a tile of the tree is missing or too short"};
}

base::Result<void> CopyReader::fits(std::uint64_t size) const {
    if (size > size_) return past_the_end(size, size_);
    return {};
}

base::Result<std::string> CopyReader::entry(std::uint64_t position) {
    if (position >= size_) return past_the_end(position, size_);
    proof::TilePath path{true, 0, position / proof::tile_width};
    path.width = proof::width_in(path, size_);
    if (bundle_.first != path.index) {
        auto bytes = copy_.tile(path);
        if (!bytes) return bytes.error();
        bundle_ = {path.index, *std::move(bytes)};
    }
    const std::string_view bundle = bundle_.second;
    if (const auto before = proof::first_entries(bundle, position % proof::tile_width)) {
        const auto framed = proof::first_entries(bundle.substr(before->size()), 1);
        if (framed) return std::string(framed->substr(2));
    }
    return base::Error{base::Fault::corrupt, "E_ENTRY_BUNDLE",
                       fmt::format("{}: {} is cut short before position {}", copy_.describe(),
                                   path.text(), position)};
}

base::Result<proof::Hash> CopyReader::leaf(std::uint64_t position) {
    if (position >= size_) return past_the_end(position, size_);
    return found(read_({0, position}));
}

base::Result<proof::Hash> CopyReader::root(std::uint64_t size) {
    if (auto good = fits(size); !good) return good.error();
    return found(proof::root_of(size, read_));
}

base::Result<proof::Path> CopyReader::inclusion(std::uint64_t position, std::uint64_t size) {
    if (auto good = fits(size); !good) return good.error();
    if (position >= size) return past_the_end(position, size);
    return found(proof::inclusion_path(position, size, read_));
}

base::Result<proof::Path> CopyReader::subtree(std::uint64_t from, std::uint64_t upto) {
    if (auto good = fits(upto); !good) return good.error();
    return found(proof::subtree_path(from, upto, size_, read_));
}

base::Result<proof::Path> CopyReader::consistency(std::uint64_t older, std::uint64_t newer) {
    if (auto good = fits(newer); !good) return good.error();
    if (older > newer) return past_the_end(older, newer);
    return found(proof::consistency_path(older, newer, read_));
}

}  // namespace tools
