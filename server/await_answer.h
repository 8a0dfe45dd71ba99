// From a callback on any thread back to the coroutine that waits for it.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "server/async.h"

namespace server {

/// Calls `start(answer)` and waits until somebody calls `answer(value)`, once, on any thread.
/// The coroutine goes on with the value on its own executor.
template <class T, class Start>
awaitable<T> await_answer(Start start) {
    const Executor executor = co_await asio::this_coro::executor;
    auto initiate = [&start, &executor](auto handler) {
        // `std::function` wants to be copied and a coroutine cannot be, so the way back is shared.
        auto back = std::make_shared<decltype(handler)>(std::move(handler));
        std::function<void(T)> answer = [executor, back](T value) {
            asio::post(executor, [back, value = std::move(value)]() mutable {
                std::move (*back)(std::move(value));
            });
        };
        start(std::move(answer));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(
        initiate, asio::use_awaitable);
}

}  // namespace server
