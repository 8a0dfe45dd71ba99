#include "tools/client/url.h"

#include <fmt/format.h>

#include <boost/url.hpp>

namespace tools {

base::Result<Url> Url::parse(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(text);
    const bool known = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https");
    if (!known || parsed->host().empty()) {
        return base::Error{base::Fault::invalid, "E_BAD_URL",
                           fmt::format("'{}' is not an address like http://127.0.0.1:7400", text)};
    }
    Url url;
    url.secure = parsed->scheme() == "https";
    url.host = parsed->host_address();
    url.port = parsed->has_port() ? std::string(parsed->port()) : url.secure ? "443" : "7400";
    url.base = parsed->path();
    while (url.base.ends_with('/')) url.base.pop_back();
    return url;
}

std::string Url::origin() const {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", secure ? "https" : "http", v6 ? "[" : "", host,
                       v6 ? "]" : "", port);
}

bool Url::is_loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string target_of(std::string_view path, const std::map<std::string, std::string>& parameters) {
    boost::urls::url target;
    target.set_path(path);
    for (const auto& [name, value] : parameters) {
        target.params().append({name, value});
    }
    return std::string(target.buffer());
}

}  // namespace tools
