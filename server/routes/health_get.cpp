// /livez, /healthz, /readyz and /metrics: for those who watch the server.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

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

struct Check {
    const char* name;
    bool good;
    std::string what;
};

std::vector<Check> checks_of(Services& services) {
    const auto& standing = services.standing;
    const std::uint64_t head = services.ledger.head().size;
    const std::uint64_t views = services.views.position();
    return {{"ledger", true, std::to_string(head) + " events"},
            {"views", standing.ready && !standing.views_failed,
             std::to_string(views) + " of " + std::to_string(head) + " events folded"},
            {"draining", !standing.draining, standing.draining ? "going down" : "no"}};
}

awaitable<base::Result<Response>> get_ready(Call& call) {
    const auto checks = checks_of(call.services);
    bool good = true;
    json::array list;
    for (const Check& each : checks) {
        good = good && each.good;
        list.push_back(json::object{{"name", each.name}, {"ok", each.good}, {"what", each.what}});
    }
    const int status = good ? 200 : 503;
    Response response = plain(status, good ? "ready\n" : "not ready\n");
    if (call.parameter("verbose")) {
        const json::object body{{"ready", good}, {"checks", std::move(list)}};
        response = Response::of(status, "application/json", json::serialize(body) + "\n");
        response.set("Cache-Control", "no-store");
    }
    if (!good) response.set("Retry-After", "1");
    co_return response;
}

awaitable<base::Result<Response>> get_metrics(Call& call) {
    auto job = [&]() -> base::Result<std::string> { return call.services.metrics.page(); };
    auto page = co_await call.services.workers.run(job);
    if (!page) co_return page.error();
    Response response =
        Response::of(200, "text/plain; version=0.0.4; charset=utf-8", std::move(*page));
    response.set("Cache-Control", "no-store");
    co_return response;
}

Route watch_route(std::string id, std::string path, std::string en, std::string zh,
                  Route::Handler handler) {
    Route route;
    route.id = std::move(id);
    route.path = std::move(path);
    route.en = std::move(en);
    route.zh = std::move(zh);
    route.handler = handler;
    route.without_ready = true;
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
                    "Whether replay and views are current and the server is not draining.",
                    "重放与视图是否已就绪、是否未在停机。", get_ready);
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
