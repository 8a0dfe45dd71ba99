#include "tools/audit/served_log.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "ledger/proof/checkpoint.h"
#include "ledger/proof/note.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tile_path.h"

namespace tools {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_max = 40;  // of a quarter of a second: a checkpoint follows within one
constexpr int too_many_requests = 429;

/// Bytes of a resource under /log/. Who asks too often waits.
base::Result<std::string> get(Server& server, const std::string& path) {
    for (int round = 0;; ++round) {
        auto request = server.request("/log/" + path);
        request.accept = "*/*";
        auto reply = server.http().send(request);
        if (!reply) return reply.error();
        if (reply->good()) return std::move(reply->body);
        if (reply->status != too_many_requests || round == rounds_max) {
            return server.document(reply).error();
        }
        std::this_thread::sleep_for(250ms);
    }
}

/// Adds the entries of a bundle until the log has `size`.
base::Result<void> take(std::string_view bundle, CopiedLog& log, std::uint64_t size) {
    while (!bundle.empty() && log.size() < size) {
        const std::size_t length = bundle.size() < 2 ? 0 : proof::get_be(bundle, 2);
        if (length == 0 || bundle.size() < 2 + length) {
            return base::Error{base::Fault::corrupt, "E_EVENT_BYTES",
                               fmt::format("the bundle with event {} breaks off", log.size())};
        }
        if (auto added = log.add(bundle.substr(2, length)); !added) return added;
        bundle.remove_prefix(2 + length);
    }
    return {};
}

}  // namespace

base::Result<std::uint64_t> published_size(Server& server) {
    const auto text = get(server, "checkpoint");
    if (!text) return text.error();
    const auto note = proof::Note::parse(*text);
    if (!note) return note.error();
    const auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return checkpoint.error();
    return checkpoint->size;
}

base::Result<std::unique_ptr<CopiedLog>> fetch_log(
    Server& server, std::uint64_t size, const std::function<bool(std::uint64_t)>& progress) {
    std::uint64_t published = 0;
    for (int round = 0; published < size; ++round) {
        const auto now = published_size(server);
        if (!now) return now.error();
        published = *now;
        if (published >= size) break;
        if (round == rounds_max) {
            return base::Error{base::Fault::overloaded, "E_NOT_PUBLISHED",
                               fmt::format("the newest checkpoint covers {} events, not {}",
                                           published, size)};
        }
        std::this_thread::sleep_for(250ms);
    }
    auto log = CopiedLog::make();
    if (!log) return log.error();
    while ((*log)->size() < size) {
        proof::TilePath path{true, 0, (*log)->size() / proof::tile_width, proof::tile_width};
        path.width = proof::width_in(path, published);
        const auto bundle = get(server, path.text());
        if (!bundle) return bundle.error();
        if (auto taken = take(*bundle, **log, size); !taken) return taken.error();
        if (!progress((*log)->size())) {
            return base::Error{base::Fault::cancelled, "E_INTERRUPTED", "interrupted"};
        }
    }
    if (auto sealed = (*log)->seal(); !sealed) return sealed.error();
    return log;
}

}  // namespace tools
