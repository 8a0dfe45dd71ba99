// How far apart two words are, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace events {

/// Bytes to insert, delete or replace to get from one word to the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace events
