// Dates as HTTP writes them.
#pragma once

#include <cstdint>
#include <string>

namespace server {

/// `Sun, 22 Nov 2026 14:46:28 GMT` for microseconds since 1970.
std::string http_date(std::int64_t wall_micros);

}  // namespace server
