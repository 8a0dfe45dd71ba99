// Tells many coroutines that something has moved on.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "server/async.h"

namespace server {

/// Rung whenever the log or the views have grown. A waiter says which ring it has seen, so that
/// none is missed between its look at the world and its wait:
///
///     const auto seen = bell.rings();
///     if (nothing_new()) co_await bell.wait(seen, deadline);
///
/// Threads:  `ring` from any; waiting coroutines are resumed on their own executor.
class Bell {
public:
    using Time = std::chrono::steady_clock::time_point;

    std::uint64_t rings() const;
    void ring();
    /// Returns at once if the bell was rung after `seen`, else at the next ring or the deadline.
    awaitable<void> wait(std::uint64_t seen, Time deadline);

private:
    struct Waiter;
    mutable std::mutex guard_;
    std::uint64_t rings_ = 0;
    std::vector<std::weak_ptr<Waiter>> waiters_;
};

}  // namespace server
