// The target of a request line, taken apart and decoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/base/result.h"

namespace server {

struct Target {
    std::vector<std::string> segments;
    std::vector<std::pair<std::string, std::string>> query;

    /// Reads `/v1/events?from=12`. A plus sign stays one, so that instants with an offset need no
    /// escaping. Fails with `invalid` E_BAD_REQUEST on broken escapes, control characters and
    /// text that is not UTF-8.
    static base::Result<Target> parse(std::string_view text);
};

/// Whether the bytes are well-formed UTF-8 (no surrogates, nothing past U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace server
