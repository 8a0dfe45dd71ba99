// /livez, /healthz, /readyz and /metrics: for those who watch the server.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/readiness.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;

Response plain(int status, std::string text) {
    Response response = Response::of(status, "text/plain; charset=utf-8", std::move(text));
    response.set("Cache-Control", "no-store");
    return response;
}

awaitable<base::Result<Response>> get_alive(Call&) {
    co_return plain(200, "ok\n");
}

/// In one line what keeps the server from being ready.
std::string reasons_of(const std::vector<Check>& checks) {
    std::string text;
    for (const Check& each : checks)
        if (!each.good)
            text += std::string(text.empty() ? "" : "; ") + each.name + ": " + each.what;
    return text;
}

Response list_of(const std::vector<Check>& checks, int status) {
    json::array list;
    for (const Check& each : checks)
        list.push_back(json::object{{"name", each.name}, {"ok", each.good}, {"what", each.what}});
    const json::object body{{"ready", status == 200}, {"checks", std::move(list)}};
    Response response = Response::of(status, "application/json", json::serialize(body) + "\n");
    response.set("Cache-Control", "no-store");
    return response;
}

awaitable<base::Result<Response>> get_ready(Call& call) {
    auto job = [&]() -> base::Result<std::vector<Check>> { return readiness_of(call.services); };
    const auto checks = co_await call.services.workers.run(job);
    if (!checks) co_return checks.error();
    const std::string reasons = reasons_of(*checks);
    const int status = reasons.empty() ? 200 : 503;
    Response response =
        call.parameter("verbose")
            ? list_of(*checks, status)
            : plain(status, status == 200 ? "ready\n" : "not ready: " + reasons + "\n");
    if (status != 200) response.set("Retry-After", "1");
    co_return response;
}

awaitable<base::Result<Response>> get_metrics(Call& call) {
    auto job = [&]() -> base::Result<std::string> { return call.services.metrics.page(); };
    auto page = co_await call.services.workers.run(job);
    if (!page) co_return page.error();
    Response response =
        Response::of(200, "text/plain; version=0.0.4; charset=utf-8", std::move(*page));
    response.set("Cache-Control", "no-store");
    response.packable = true;
    co_return response;
}

Route watch_route(std::string id, std::string path, std::string en, std::string zh,
                  Route::Handler handler) {
    Route route = described_route(std::move(id), std::move(path), std::move(en), std::move(zh),
                                  handler);
    route.without_ready = true;
    route.unmetered = true;
    route.outcomes = {{200, "Yes.", {"text/plain"}}};
    return route;
}

}  // namespace

Route livez_route() {
    return watch_route("isAlive", "/livez", "Whether the process answers.", "进程是否存活。",
                       get_alive);
}

Route healthz_route() {
    return watch_route("isHealthy", "/healthz", "The same as /livez.", "同 /livez。", get_alive);
}

Route readyz_route() {
    Route route =
        watch_route("isReady", "/readyz",
                    "Whether store, views and disk are well and the server is not draining.",
                    "存储、视图与磁盘是否正常、是否未在停机。", get_ready);
    route.parameters = {{"verbose", Parameter::Where::query, Parameter::Kind::boolean,
                         "List the single checks as JSON."}};
    route.outcomes = {{200, "Ready.", {"text/plain", "application/json"}},
                      {503, "Not ready.", {"text/plain", "application/json"}}};
    return route;
}

Route metrics_route() {
    Route route = watch_route("getMetrics", "/metrics", "Figures in the Prometheus text format.",
                              "Prometheus 文本格式的运行指标。", get_metrics);
    route.outcomes = {{200, "The figures.", {"text/plain"}},
                      {503, "Too many reads are waiting.", {}}};
    return route;
}

}  // namespace server
