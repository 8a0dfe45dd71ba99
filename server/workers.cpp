#include "server/workers.h"

#include "server/await_answer.h"

namespace server {

Workers::Workers(std::size_t threads, std::size_t queued_max) : queued_max_(queued_max) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Workers::~Workers() {
    stop();
}

void Workers::stop() {
    {
        const std::lock_guard lock(guard_);
        stopping_ = true;
    }
    arrived_.notify_all();
    for (auto& each : threads_)
        if (each.joinable()) each.join();
}

awaitable<bool> Workers::perform(std::function<void()>& work) {
    auto enqueue = [this, &work](std::function<void(bool)> done) {
        {
            const std::lock_guard lock(guard_);
            if (!stopping_ && queue_.size() < queued_max_) {
                queue_.push_back({&work, std::move(done)});
                arrived_.notify_one();
                return;
            }
        }
        done(false);
    };
    co_return co_await await_answer<bool>(enqueue);
}

base::Error Workers::overloaded() {
    return {base::Fault::overloaded, "E_OVERLOADED", "Too many reads are waiting already."};
}

void Workers::serve() {
    for (;;) {
        std::unique_lock lock(guard_);
        arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        (*job.work)();
        job.done(true);
    }
}

}  // namespace server
