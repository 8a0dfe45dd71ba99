// From a request to its answer: finds the route, checks what is common to all, calls the handler.
#pragma once

#include "server/route.h"

namespace server {

/// Answers one request over its connection and counts it. Fails when the connection must close.
awaitable<base::Result<void>> dispatch(Services& services, Connection& connection,
                                       const Request& request);

}  // namespace server
