// The name somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace projections {

/// The name with the fewest changed letters; empty if none comes near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace projections
