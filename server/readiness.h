// Whether the server may be asked, and if not, why.
#pragma once

#include <string>
#include <vector>

#include "server/services.h"

namespace server {

/// One thing that must hold.
struct Check {
    const char* name;
    bool good;
    std::string what;
};

/// `store` (its newest event can be read), `views` (folded since the start, not failed, and within
/// Bounds::view_lag_max_ms of the log), `disk` (more free than Bounds::disk_reserve_mib) and
/// `draining`. Blocks: it reads.
std::vector<Check> readiness_of(Services& services);

}  // namespace server
