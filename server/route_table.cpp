#include "server/route_table.h"

#include <algorithm>

#include "events/edit_distance.h"
#include "server/routes/routes.h"

namespace server {
namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    path.remove_prefix(1);
    while (true) {
        const auto end = path.find('/');
        parts.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return parts;
        path.remove_prefix(end + 1);
    }
}

using Variables = std::map<std::string, std::string, std::less<>>;

bool fits(const Route& route, std::vector<std::string> segments, Variables& variables) {
    const std::string_view path = route.path;
    const auto parts = split(path);
    if (route.takes_rest) {
        for (; segments.size() > parts.size(); segments.pop_back())
            segments[segments.size() - 2] += "/" + segments.back();
    }
    // `/` alone has one empty part and no segment.
    if (path == "/") return segments.empty() || (segments.size() == 1 && segments[0].empty());
    if (parts.size() != segments.size()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].starts_with('{'))
            variables.emplace(parts[i].substr(1, parts[i].size() - 2), segments[i]);
        else if (parts[i] != segments[i])
            return false;
    }
    return true;
}

}  // namespace

const std::vector<Route>& route_table() {
    // Fixed paths stand before templates that would also fit them.
    static const std::vector<Route> table{
        commands_post_route(), command_get_route(), events_get_route(),  events_stream_route(),
        event_get_route(),     stream_get_route(),  view_digests_route(), view_get_route(),
        view_of_get_route(),
        schemas_route(),       types_route(),       limits_route(),      livez_route(),
        healthz_route(),       readyz_route(),      metrics_route(),     openapi_route(),
        asyncapi_route(),      schema_get_route(),  api_catalog_route(), problem_get_route(),
        home_route(),          event_proof_route(), consistency_route(), checkpoints_route(),
        event_parts_route(),   completeness_route(),
        log_checkpoint_route(), log_verifiers_route(), log_policy_route(), log_tile_route()};
    return table;
}

std::vector<Outcome> common_outcomes(const Route& route) {
    std::vector<Outcome> common{{400, "A parameter is not known or given twice.", {}},
                                {421, "The server has no such name.", {}}};
    if (route.method == Method::get)
        common.push_back({406, "No coding of the answer is acceptable.", {}});
    if (!route.unmetered) common.push_back({429, "Asked more often than allowed.", {}});
    if (!route.without_ready) common.push_back({503, "The server is going down.", {}});
    return common;
}

Match match(const std::vector<Route>& table, Method method,
            const std::vector<std::string>& segments) {
    Match found;
    const Method wanted = method == Method::head ? Method::get : method;
    for (const Route& route : table) {
        Variables variables;
        if (!fits(route, segments, variables)) continue;
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += route.method == Method::get ? "GET, HEAD" : name_of(route.method);
        if (route.method == wanted && !found.route) {
            found.route = &route;
            found.variables = std::move(variables);
        }
        // `/v1/events/stream` is not also an event.
        if (route.path.find('{') == std::string::npos) break;
    }
    if (!found.allow.empty()) found.allow += ", OPTIONS";
    return found;
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& each : known) {
        const std::size_t far = events::edit_distance(name, each);
        if (far < least) {
            least = far;
            best = each;
        }
    }
    return best;
}

}  // namespace server
