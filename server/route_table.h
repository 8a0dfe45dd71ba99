// All routes, in one place.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/route.h"

namespace server {

const std::vector<Route>& route_table();

/// What a route may answer besides its own outcomes, because of what dispatch checks for all.
std::vector<Outcome> common_outcomes(const Route& route);

/// The route of a method and path. HEAD is answered by the GET of the same path.
struct Match {
    const Route* route = nullptr;  ///< null: no such path, or not with this method
    std::string allow;             ///< methods of the path; empty if there is no such path
    std::map<std::string, std::string, std::less<>> variables;
};
Match match(const std::vector<Route>& table, Method method,
            const std::vector<std::string>& segments);

/// The name out of `known` that is nearest to a mistyped one; empty if none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace server
