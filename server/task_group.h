// Coroutines that somebody waits for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "server/async.h"

namespace server {

/// Starts coroutines, counts them and logs what escapes from them. Nothing in this room is
/// started in any other way, so that a stop can wait for everything.
///
/// Threads:  any.
/// Lifetime: must outlive its tasks; `wait_empty` before it goes.
class TaskGroup {
public:
    void spawn(std::string name, const Executor& executor, awaitable<void> task);
    /// False if tasks were still running when the time was over.
    bool wait_empty(std::chrono::milliseconds timeout);
    std::size_t size() const;

private:
    void ended(const std::string& name, std::exception_ptr escaped);

    mutable std::mutex guard_;
    std::condition_variable emptied_;
    std::size_t running_ = 0;
};

}  // namespace server
