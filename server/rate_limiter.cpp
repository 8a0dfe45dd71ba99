#include "server/rate_limiter.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/limits.h"

namespace server {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds window = 60s;

}  // namespace

RateLimiter::RateLimiter(const base::Clock& clock, std::uint64_t per_minute)
    : clock_(clock),
      per_minute_(per_minute),
      each_(per_minute == 0 ? 0 : window.count() / static_cast<std::int64_t>(per_minute)) {}

RateLimiter::Time& RateLimiter::bucket_of(const std::string& client, Time now) {
    const auto found = full_at_.find(client);
    if (found != full_at_.end()) return found->second;
    // A full bucket says no more than none.
    if (full_at_.size() >= limits::rated_clients_max)
        std::erase_if(full_at_, [&](const auto& each) { return each.second <= now; });
    const bool crowded = full_at_.size() >= limits::rated_clients_max;
    return full_at_.try_emplace(crowded ? std::string() : client, now).first->second;
}

RateLimiter::Verdict RateLimiter::take(const std::string& client) {
    Verdict verdict;
    const Time now = clock_.now();
    const std::lock_guard lock(guard_);
    Time& full_at = bucket_of(client, now);
    const Time after = std::max(full_at, now) + each_;
    verdict.allowed = after - now <= window;
    if (verdict.allowed)
        full_at = after;
    else
        verdict.retry_in = std::chrono::ceil<std::chrono::seconds>(after - now - window);
    const std::chrono::nanoseconds room = window - (full_at - now);
    verdict.left = static_cast<std::uint64_t>(std::max<std::int64_t>(0, room / each_));
    verdict.full_in = std::chrono::ceil<std::chrono::seconds>(full_at - now);
    return verdict;
}

std::string RateLimiter::policy_field() const {
    return fmt::format("\"default\";q={};w=60", per_minute_);
}

std::string RateLimiter::limit_field(const Verdict& verdict) {
    return fmt::format("\"default\";r={};t={}", verdict.left, verdict.full_in.count());
}

}  // namespace server
