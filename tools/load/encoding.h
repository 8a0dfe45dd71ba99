// Which encoding a file is in, and its text as UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "events/base/result.h"

namespace tools {

struct Decoded {
    std::string text;      ///< UTF-8 without byte order mark
    std::string encoding;  ///< `UTF-8`, `GB18030`, `UTF-16`
};

/// `wanted` is auto, utf-8 or gb18030. `auto` takes valid UTF-8 for UTF-8 and anything else for
/// GB18030, which every Chinese office program of the last decades writes.
/// Fails with `invalid` E_BAD_TEXT naming the line of the first byte that fits neither.
base::Result<Decoded> decode(std::string bytes, std::string_view wanted = "auto");

}  // namespace tools
