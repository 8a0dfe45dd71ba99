// Dates as HTTP writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace server {

/// `Sun, 22 Nov 2026 14:46:28 GMT` for microseconds since 1970.
std::string http_date(std::int64_t wall_micros);
/// Microseconds since 1970 of a date in that form; nothing if it is in no such form.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace server
