#include "tools/audit/server_log.h"

#include <boost/json/object.hpp>

namespace tools {

base::Result<std::string> ServerLog::get(const std::string& name) {
    auto request = server_.request("/log/" + name);
    request.accept = "*/*";
    auto reply = server_.http().send(request);
    if (!reply) return reply.error();
    if (!reply->good()) return server_.document(reply).error();
    return std::move(reply->body);
}

base::Result<std::string> ServerLog::checkpoint() {
    auto note = get("checkpoint");
    if (note && !note->empty()) return note;
    if (!note && note.error().fault != base::Fault::not_found) return note;
    return base::Error{base::Fault::not_found, "E_NO_CHECKPOINT",
                       where_ + " has not published a checkpoint yet"};
}

base::Result<std::string> ServerLog::tile(const proof::TilePath& path) {
    auto bytes = get(path.text());
    if (bytes || !path.is_partial() || bytes.error().fault != base::Fault::not_found) return bytes;
    bytes = get(proof::TilePath{path.entries, path.level, path.index}.text());
    if (!bytes) return bytes;
    return cut_tile(path, *std::move(bytes));
}

base::Result<std::vector<proof::VerifierKey>> ServerLog::verifiers() {
    const auto lines = get("vkey");
    if (!lines) return lines.error();
    return parse_verifiers(*lines);
}

base::Result<std::string> ServerLog::policy() { return get("policy"); }

}  // namespace tools
