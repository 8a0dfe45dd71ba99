#include "server/bounds.h"

namespace server {

const std::vector<BoundSetting>& bound_settings() {
    constexpr std::uint64_t hour_ms = 3'600'000;
    static const std::vector<BoundSetting> all{
        {"header_time_ms", "Time for a request's head", &Bounds::header_time_ms, 1, hour_ms},
        {"idle_time_ms", "Time between two requests of a connection", &Bounds::idle_time_ms, 1,
         hour_ms},
        {"body_pause_ms", "Longest pause of a request's body", &Bounds::body_pause_ms, 1, hour_ms},
        {"body_grace_ms", "Waiting after which a slow body is refused", &Bounds::body_grace_ms, 1,
         hour_ms},
        {"write_time_ms", "Time for a client to take a piece of an answer", &Bounds::write_time_ms,
         1, hour_ms},
        {"drain_grace_ms", "Time for answers under way when the server stops",
         &Bounds::drain_grace_ms, 1, hour_ms},
        {"requests_per_minute", "Requests of one address per minute, 0 for any number",
         &Bounds::requests_per_minute, 0, 60'000'000'000},
        {"witness_time_ms", "Time for a witness to answer", &Bounds::witness_time_ms, 1, hour_ms},
        {"fail_open_ms", "With --fail-open, time without a quorum before publishing all the same",
         &Bounds::fail_open_ms, 1, 24 * hour_ms},
        {"disk_reserve_mib", "Free space below which the server is not ready",
         &Bounds::disk_reserve_mib, 0, 1'000'000'000},
        {"view_lag_max_ms", "Lag of the views past which the server is not ready",
         &Bounds::view_lag_max_ms, 1, 24 * hour_ms},
        {"stream_checkpoint_ms", "Time between two checkpoints sent to a subscriber",
         &Bounds::stream_checkpoint_ms, 1, 24 * hour_ms}};
    return all;
}

}  // namespace server
