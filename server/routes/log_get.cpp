// GET /log/...: the log as everybody may read it (C2SP tlog-tiles).
#include "server/byte_range.h"
#include "server/digest.h"
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

/// Other people's pages may read the log too, and see what is not there as such: without the field
/// a browser tells them of no status.
void open_to_all(const Call& call) {
    call.connection.accompany({"Access-Control-Allow-Origin", "*"});
}

base::Result<Response> newest(const Call& call, std::string text) {
    open_to_all(call);
    auto response = Response::of(200, std::string(text_type), std::move(text));
    response.set("Cache-Control", std::string(for_now));
    return response;
}

const LogSource& shown_by(const Call& call) {
    return call.services.log;
}

base::Error nothing_here() {
    return {base::Fault::not_found, "E_NO_TILE", "The log has nothing at this path."};
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

/// Anything that is not the one spelling of a tile that the published tree has is not there: a
/// reader tries the full tile after a 404, and after nothing else.
std::optional<proof::TilePath> tile_asked(const Call& call) {
    const std::string_view target = call.request.target;
    const auto asked = target.substr(0, target.find('?'));
    const auto path = proof::TilePath::parse("tile/" + call.path.at("path"));
    // Escaped letters are another spelling too.
    if (!path || asked != "/log/" + path->text()) return std::nullopt;
    if (proof::width_in(*path, shown_by(call).size()) < path->width) return std::nullopt;
    return path;
}

awaitable<base::Result<Response>> get_tile(Call& call) {
    open_to_all(call);
    const auto path = tile_asked(call);
    if (!path) co_return nothing_here();
    auto job = [&]() -> base::Result<Response> {
        auto bytes = shown_by(call).tile(*path);
        if (!bytes) return bytes.error();
        auto response = Response::of(200, "application/octet-stream", *std::move(bytes));
        response.set("Cache-Control", std::string(for_ever));
        // Of its bytes, not of its name: another log may be shown under the same address later.
        response.set("ETag", tag_of(sha256_of(response.body)));
        // Hashes do not shrink.
        response.packable = path->entries;
        return part_of(call, std::move(response));
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
