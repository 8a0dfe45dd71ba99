#include "server/task_group.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "events/base/log.h"

namespace server {

void TaskGroup::spawn(std::string name, const Executor& executor, awaitable<void> task) {
    {
        const std::lock_guard lock(guard_);
        ++running_;
    }
    asio::co_spawn(executor, std::move(task),
                   [this, name = std::move(name)](std::exception_ptr escaped) {
                       ended(name, std::move(escaped));
                   });
}

bool TaskGroup::wait_empty(std::chrono::milliseconds timeout) {
    std::unique_lock lock(guard_);
    return emptied_.wait_for(lock, timeout, [this] { return running_ == 0; });
}

std::size_t TaskGroup::size() const {
    const std::lock_guard lock(guard_);
    return running_;
}

void TaskGroup::ended(const std::string& name, std::exception_ptr escaped) {
    try {
        if (escaped) std::rethrow_exception(escaped);
    } catch (const std::exception& problem) {
        base::log(base::LogLevel::error, "{} ended early: {}", name, problem.what());
    }
    const std::lock_guard lock(guard_);
    if (--running_ == 0) emptied_.notify_all();
}

}  // namespace server
