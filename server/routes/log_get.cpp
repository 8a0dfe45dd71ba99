// GET /log/...: the log as everybody may read it (C2SP tlog-tiles).
#include "server/byte_range.h"
#include "server/log_answers.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

/// Other people's pages may read the log too, and see what is not there as such: without the field
/// a browser tells them of no status.
void open_to_all(const Call& call) {
    call.connection.accompany({"Access-Control-Allow-Origin", "*"});
}

base::Result<Response> newest(const Call& call, std::string text) {
    open_to_all(call);
    return log_text(std::move(text));
}

const LogSource& shown_by(const Call& call) {
    return call.services.log;
}

awaitable<base::Result<Response>> get_checkpoint(Call& call) {
    co_return newest(call, shown_by(call).checkpoint());
}

awaitable<base::Result<Response>> get_verifiers(Call& call) {
    co_return newest(call, shown_by(call).verifiers());
}

awaitable<base::Result<Response>> get_policy(Call& call) {
    co_return newest(call, shown_by(call).policy());
}

std::optional<proof::TilePath> tile_asked(const Call& call) {
    const std::string_view target = call.request.target;
    const auto path = "tile/" + call.path.at("path");
    // Escaped letters are another spelling too.
    if (target.substr(0, target.find('?')) != "/log/" + path) return std::nullopt;
    return tile_shown(shown_by(call), path);
}

awaitable<base::Result<Response>> get_tile(Call& call) {
    open_to_all(call);
    const auto path = tile_asked(call);
    if (!path) co_return no_tile();
    auto job = [&]() -> base::Result<Response> {
        auto whole = log_tile(shown_by(call), *path);
        if (!whole) return whole.error();
        return part_of(call, *std::move(whole));
    };
    co_return co_await call.services.workers.run(job);
}

Route log_route(std::string id, std::string path, std::string en, std::string zh,
                Route::Handler handler) {
    Route route = described_route(std::move(id), std::move(path), std::move(en), std::move(zh),
                                  handler);
    route.without_ready = true;
    route.parameters = {{"If-None-Match", Where::header, Kind::text, "ETag that the caller has."}};
    route.outcomes = {{200, "As C2SP tlog-tiles has it.", {"text/plain"}},
                      {304, "The caller has it already.", {}}};
    return route;
}

}  // namespace

Route log_checkpoint_route() {
    return log_route("getLogCheckpoint", "/log/checkpoint",
                     "The newest published checkpoint, a signed note.",
                     "最新发布的检查点（签名便笺）。", get_checkpoint);
}

Route log_verifiers_route() {
    return log_route("getLogVerifiers", "/log/vkey",
                     "Verifier keys of the log, one line each, the newest first.",
                     "日志的验证密钥，每行一个，最新在前。", get_verifiers);
}

Route log_policy_route() {
    return log_route("getLogPolicy", "/log/policy",
                     "A trust policy (C2SP tlog-policy) for this log and its witnesses.",
                     "本日志及其见证人的信任策略。", get_policy);
}

Route log_tile_route() {
    auto route = log_route("getLogTile", "/log/tile/{path}",
                           "A hash tile `L/N`, an entry bundle `entries/N`, or a partial one "
                           "(`.p/W`).",
                           "哈希瓦片、事件束，或其不完整的末尾部分。", get_tile);
    route.takes_rest = true;
    route.parameters.insert(route.parameters.begin(),
                            {"path", Where::path, Kind::text, "As in C2SP tlog-tiles.", true});
    route.outcomes[0].media_types = {"application/octet-stream"};
    route.parameters.push_back({"Range", Where::header, Kind::text, "One range of bytes."});
    route.parameters.push_back({"If-Range", Where::header, Kind::text, "ETag of the parts had."});
    route.outcomes.push_back({206, "A part of it.", {"application/octet-stream"}});
    route.outcomes.push_back({404, "The published tree has no such tile.", {}});
    route.outcomes.push_back({416, "The range begins past the end.", {}});
    route.outcomes.push_back({503, "Too many reads are waiting.", {}});
    return route;
}

}  // namespace server
