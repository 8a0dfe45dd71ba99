// What `/witness/` and `/mirror/` take and answer, for the OpenAPI document: they are served beside
// the route table, by Neighbours, where the settings say so.
#pragma once

#include <vector>

#include "server/route.h"

namespace server {

/// Routes without handlers.
const std::vector<Route>& neighbour_routes();

}  // namespace server
