// Where a server is, and how a target on it is written.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "events/base/result.h"

namespace tools {

struct Url {
    std::string host;
    std::string port;
    std::string base;  ///< path in front of every target, without a slash at the end

    /// Fails with `invalid` E_BAD_URL for anything but http://host[:port][/path].
    static base::Result<Url> parse(std::string_view text);
};

/// `path?name=value&…`, percent-encoded.
std::string target_of(std::string_view path, const std::map<std::string, std::string>& parameters);

}  // namespace tools
