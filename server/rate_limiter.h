// How many requests one address may make.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "events/base/clock.h"

namespace server {

/// A bucket per address that fills evenly and holds a minute's worth, so a client may come in
/// bursts and is held to the rate in the long run.
///
/// Bounds:   limits::rated_clients_max addresses; those beyond share one bucket.
/// Threads:  any.
/// Lifetime: the clock must outlive it.
class RateLimiter {
public:
    struct Verdict {
        bool allowed = true;
        std::uint64_t left = 0;            ///< requests that would still be allowed now
        std::chrono::seconds full_in{0};   ///< until the bucket is full again
        std::chrono::seconds retry_in{0};  ///< until the next request is allowed
    };

    /// `per_minute`: 0 is no bound.
    RateLimiter(const base::Clock& clock, std::uint64_t per_minute);

    bool bounded() const { return per_minute_ > 0; }
    Verdict take(const std::string& client);
    /// `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers.
    std::string policy_field() const;
    static std::string limit_field(const Verdict& verdict);

private:
    using Time = std::chrono::steady_clock::time_point;

    Time& bucket_of(const std::string& client, Time now);

    const base::Clock& clock_;
    const std::uint64_t per_minute_;
    const std::chrono::nanoseconds each_;  ///< what one request takes out of the bucket
    std::mutex guard_;
    std::map<std::string, Time> full_at_;  ///< when each bucket will be full again
};

}  // namespace server
