#include "tools/audit/server_log.h"

#include <boost/json/object.hpp>
#include <chrono>
#include <thread>

namespace tools {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 40;  // of a quarter of a second
constexpr int too_many_requests = 429;

}  // namespace

base::Result<std::string> ServerLog::get(const std::string& name) {
    for (int round = 0;; ++round) {
        auto request = server_.request("/log/" + name);
        request.accept = "*/*";
        auto reply = server_.http().send(request);
        if (!reply) return reply.error();
        if (reply->good()) return std::move(reply->body);
        if (reply->status != too_many_requests || round == tries_max)
            return server_.document(reply).error();
        std::this_thread::sleep_for(250ms);
    }
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
