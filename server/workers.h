// Threads for reads that block, so that they never hold up a socket.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "server/async.h"

namespace server {

/// Bounds:  at most `queued_max` jobs wait; more are refused at once with `overloaded`.
/// Threads: `run` from any coroutine, which is resumed on its own executor.
class Workers {
public:
    Workers(std::size_t threads, std::size_t queued_max);
    ~Workers();

    /// Calls `job()` on a worker and gives back its Result. An exception from it is passed on.
    /// `job` may hold references to what the awaiting coroutine owns: it waits to the end.
    template <class Job>
    awaitable<std::invoke_result_t<Job&>> run(Job& job) {
        std::optional<std::invoke_result_t<Job&>> result;
        std::exception_ptr escaped;
        std::function<void()> work = [&job, &result, &escaped] {
            try {
                result.emplace(job());
            } catch (...) {
                escaped = std::current_exception();
            }
        };
        const bool done = co_await perform(work);
        if (!done) co_return overloaded();
        if (escaped) std::rethrow_exception(escaped);
        co_return std::move(*result);
    }

    void stop();

private:
    struct Job {
        std::function<void()>* work;
        std::function<void(bool)> done;
    };

    /// False if there was no room in the queue.
    awaitable<bool> perform(std::function<void()>& work);
    static base::Error overloaded();
    void serve();

    const std::size_t queued_max_;
    std::mutex guard_;
    std::condition_variable arrived_;
    std::deque<Job> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace server
