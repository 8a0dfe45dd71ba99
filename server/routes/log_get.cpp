// GET /log/...: the log as everybody may read it (C2SP tlog-tiles).
#include "server/log_source.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

constexpr std::string_view text_type = "text/plain; charset=utf-8";
constexpr std::string_view for_ever = "public, immutable, max-age=31536000";
constexpr std::string_view for_now = "no-cache";

/// Other people's pages may read the log too.
Response open_to_all(std::string_view media_type, std::string body, std::string_view caching) {
    auto response = Response::of(200, std::string(media_type), std::move(body));
    response.set("Cache-Control", std::string(caching));
    response.set("Access-Control-Allow-Origin", "*");
    return response;
}

base::Error nothing_here() {
    return {base::Fault::not_found, "E_NO_TILE", "The log has nothing at this path."};
}

awaitable<base::Result<Response>> get_checkpoint(Call& call) {
    co_return open_to_all(text_type, call.services.log.checkpoint(), for_now);
}

awaitable<base::Result<Response>> get_verifiers(Call& call) {
    co_return open_to_all(text_type, call.services.log.verifiers(), for_now);
}

awaitable<base::Result<Response>> get_policy(Call& call) {
    co_return open_to_all(text_type, call.services.log.policy(), for_now);
}

/// Anything that is not the one spelling of a tile that the published tree has is not there: a
/// reader tries the full tile after a 404, and after nothing else.
awaitable<base::Result<Response>> get_tile(Call& call) {
    const auto& log = call.services.log;
    const auto path = proof::TilePath::parse("tile/" + call.path["path"]);
    if (!path || proof::width_in(*path, log.size()) < path->width) co_return nothing_here();
    auto job = [&] { return log.tile(*path); };
    auto bytes = co_await call.services.workers.run(job);
    if (!bytes) co_return bytes.error();
    auto response = open_to_all("application/octet-stream", *std::move(bytes), for_ever);
    // Hashes do not shrink.
    response.packable = path->entries;
    response.set("ETag", '"' + path->text() + '"');
    co_return response;
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
    route.outcomes.push_back({404, "The published tree has no such tile.", {}});
    route.outcomes.push_back({503, "Too many reads are waiting.", {}});
    return route;
}

}  // namespace server
