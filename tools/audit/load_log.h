// The log as a server publishes it under /log/, brought here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "events/base/result.h"
#include "tools/audit/copied_log.h"
#include "tools/client/server.h"

namespace tools {

/// The first `size` events, from the entry bundles; waits a little until the server has published
/// so many. `progress` gets the number of events fetched; false stops with `cancelled`.
/// Errors: those of Server; `overloaded` E_NOT_PUBLISHED; `corrupt` E_EVENT_BYTES.
base::Result<std::unique_ptr<CopiedLog>> fetch_log(
    Server& server, std::uint64_t size, const std::function<bool(std::uint64_t)>& progress);

/// Events under the newest published checkpoint.
base::Result<std::uint64_t> published_size(Server& server);

}  // namespace tools
