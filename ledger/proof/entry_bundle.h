// Entry bundles of the tiles API (C2SP tlog-tiles): the entries of one tile, one after the other.
//
//   u16 big-endian length ‖ bytes, for each entry
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proof {

/// REQUIRES: at most 65,535 bytes.
void append_entry(std::string& bundle, std::string_view entry);

/// The entries of a whole bundle, as views into it; nothing if the lengths do not come out exact.
std::optional<std::vector<std::string_view>> split_bundle(std::string_view bundle);

/// The part of a bundle that holds its first `count` entries; nothing if it has fewer.
std::optional<std::string_view> first_entries(std::string_view bundle, std::size_t count);

}  // namespace proof
