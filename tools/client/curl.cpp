#include "tools/client/curl.h"

#include <algorithm>

namespace tools {
namespace {

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

}  // namespace

std::string curl_line(const Url& url, const Request& request) {
    std::string out = "curl -sS";
    const bool flows = request.accept == "text/event-stream";
    if (flows) out += "N";
    if (request.method != "GET") out += " -X " + request.method;
    out += " " + shell_quoted(url.origin() + url.base + request.target);
    const auto header = [&](std::string_view name, std::string_view value) {
        out += " -H " + shell_quoted(std::string(name) + ": " + std::string(value));
    };
    header("Accept", request.accept);
    if (!request.content_type.empty()) header("Content-Type", request.content_type);
    for (const auto& [name, value] : request.headers) {
        if (name == "Authorization") {
            out += " -H \"Authorization: Bearer $TOKEN\"";
        } else {
            header(name, value);
        }
    }
    if (!request.body.empty()) out += " --data-binary " + shell_quoted(request.body);
    return out;
}

}  // namespace tools
