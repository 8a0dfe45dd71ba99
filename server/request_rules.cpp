#include "server/request_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

std::size_t count_of(const std::vector<Header>& headers, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(), [&](const Header& each) { return each.name == name; }));
}

}  // namespace

base::Error bad_request(std::string what) {
    return {base::Fault::invalid, "E_BAD_REQUEST", std::move(what)};
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& each : out)
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    return out;
}

base::Result<void> judge_head_bytes(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        const char each = head[i];
        if (each == '\n' && (i == 0 || head[i - 1] != '\r'))
            return bad_request("A line ends without CR.");
        if (each == '\r' && i + 1 < head.size() && head[i + 1] != '\n')
            return bad_request("A carriage return stands inside a line.");
        if (each == '\0') return bad_request("The header contains a zero byte.");
        if (each == '\n' && i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t'))
            return bad_request("A header line is folded.");
    }
    return {};
}

base::Result<void> judge_fields(const Request& request, unsigned version) {
    for (const std::string_view name :
         {"host", "content-length", "transfer-encoding", "content-type", "content-encoding",
          "ledger-actor", "idempotency-key", "accept-datetime"})
        if (count_of(request.headers, name) > 1)
            return bad_request(fmt::format("The header {} is given twice.", name));
    if (const std::string* length = request.header("content-length"))
        if (length->find_first_not_of("0123456789") != std::string::npos)
            return bad_request("Content-Length is not a number.");
    if (version >= 11 && !request.header("host")) return bad_request("The header host is missing.");
    if (const std::string* coding = request.header("transfer-encoding")) {
        if (version < 11) return bad_request("HTTP/1.0 has no transfer codings.");
        if (lower(*coding) != "chunked")
            return base::Error{base::Fault::invalid, "E_TRANSFER_CODING",
                               "Only the transfer coding `chunked` is understood."};
        if (request.header("content-length")) return bad_request("Both lengths are given.");
    }
    return {};
}

}  // namespace server
