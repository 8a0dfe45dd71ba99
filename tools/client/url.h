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
    std::string base;     ///< path in front of every target, without a slash at the end
    bool secure = false;  ///< https

    /// `https://host:port`.
    std::string origin() const;
    /// Whether the host is this machine, so that nothing leaves it.
    bool is_loopback() const;

    /// Fails with `invalid` E_BAD_URL for anything but http[s]://host[:port][/path]. The port is
    /// 7400 for http and 443 for https unless given.
    static base::Result<Url> parse(std::string_view text);
};

/// `path?name=value&…`, percent-encoded.
std::string target_of(std::string_view path, const std::map<std::string, std::string>& parameters);

}  // namespace tools
