#include "server/bell.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace server {

struct Bell::Waiter {
    Waiter(const Executor& executor, Time deadline) : timer(executor, deadline) {}
    asio::steady_timer timer;
};

std::uint64_t Bell::rings() const {
    const std::lock_guard lock(guard_);
    return rings_;
}

void Bell::ring() {
    std::vector<std::weak_ptr<Waiter>> waiters;
    {
        const std::lock_guard lock(guard_);
        ++rings_;
        waiters.swap(waiters_);
    }
    for (const auto& each : waiters) {
        const auto waiter = each.lock();
        if (!waiter) continue;
        const auto executor = waiter->timer.get_executor();
        // An expiry in the past also ends a wait that has not begun yet; a cancel would not.
        asio::post(executor, [waiter] { waiter->timer.expires_at(Time::min()); });
    }
}

awaitable<void> Bell::wait(std::uint64_t seen, Time deadline) {
    const Executor executor = co_await asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(executor, deadline);
    {
        const std::lock_guard lock(guard_);
        if (rings_ != seen) co_return;
        waiters_.push_back(waiter);
        // Waiters whose deadline passed leave an empty place behind; quiet times must not pile up.
        if (waiters_.size() % 1024 == 0)
            std::erase_if(waiters_, [](const auto& each) { return each.expired(); });
    }
    co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace server
