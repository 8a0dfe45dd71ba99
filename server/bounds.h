// The bounds that an operator may set; all others are constants in server/limits.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace server {

/// Each with its usual value. Numbers carry their unit in their name.
struct Bounds {
    /// A request's head that takes longer is an attack or a dead line.
    std::uint64_t header_time_ms = 10'000;
    /// Between two requests on one connection, and between two pieces of a bulk load.
    std::uint64_t idle_time_ms = 60'000;
    /// A body must not pause for longer, unless it is a bulk load, which may think.
    std::uint64_t body_pause_ms = 30'000;
    /// ... and must come at limits::body_bytes_per_second_min once it has waited for so long.
    std::uint64_t body_grace_ms = 10'000;
    /// A reader that takes nothing for so long has gone.
    std::uint64_t write_time_ms = 30'000;
    /// How long a drain waits for answers under way before it closes their connections.
    std::uint64_t drain_grace_ms = 10'000;
    /// Requests of one address per minute; 0 is no bound. On loopback everybody is one address,
    /// so this only stops a client that runs wild.
    std::uint64_t requests_per_minute = 6'000'000;
    /// A witness that has not answered by then is not waited for.
    std::uint64_t witness_time_ms = 5'000;
    /// With --fail-open: how long the quorum must have been missing.
    std::uint64_t fail_open_ms = 30'000;
    /// With less than this free on the ledger's disk the server is not ready any more.
    std::uint64_t disk_reserve_mib = 256;
    /// Views that are further behind the log make the server not ready.
    std::uint64_t view_lag_max_ms = 30'000;
    /// A subscriber gets a new checkpoint with its proof at most so often; it costs a kilobyte.
    std::uint64_t stream_checkpoint_ms = 10'000;
};

inline std::chrono::milliseconds ms_of(std::uint64_t bound) {
    return std::chrono::milliseconds(bound);
}

/// One bound as flag, environment, file and `/v1/limits` know it: `--idle-time-ms`,
/// `TALENTD_IDLE_TIME_MS`, `idle_time_ms`.
struct BoundSetting {
    const char* name;
    const char* help;
    std::uint64_t Bounds::*bound;
    std::uint64_t least, most;
};
const std::vector<BoundSetting>& bound_settings();

}  // namespace server
