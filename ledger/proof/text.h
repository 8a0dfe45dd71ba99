// Small readers of the line formats of C2SP. Internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proof {

/// A decimal number as C2SP writes it: digits, no leading zeros. Nothing past 2^63 - 1.
std::optional<std::uint64_t> decimal(std::string_view text);

/// Takes the text up to the next LF off `rest`; nothing if there is no LF.
std::optional<std::string_view> take_line(std::string_view& rest);

/// Words between runs of spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line);

/// UTF-8 without control characters other than LF.
bool is_plain_text(std::string_view text);

/// Appends `value` in big-endian order.
void put_be(std::string& out, std::uint64_t value, int bytes);
/// REQUIRES: at least `bytes` bytes.
std::uint64_t get_be(std::string_view bytes, int count);

}  // namespace proof
