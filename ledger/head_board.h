// The durable head, for everyone who asks, waits or wants to be told.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "ledger/head.h"

namespace ledger {

/// Threads: any; `publish` by the one who commits.
class HeadBoard {
public:
    using Observer = std::function<void(const Head&)>;

    Head head() const;
    std::uint64_t size() const { return size_.load(std::memory_order_acquire); }
    bool wait_past(std::uint64_t size, std::chrono::milliseconds timeout) const;
    void interrupt_waiters() const;
    /// The token removes the observer; after that it is not called any more.
    std::shared_ptr<void> observe(Observer observer) const;

    /// Before anyone listens.
    void set(const Head& head);
    void publish(const Head& head);

private:
    /// Outlives the board if a token does.
    struct Observers {
        std::mutex mutex;
        std::map<std::uint64_t, Observer> by_number;
        std::uint64_t next = 0;
    };

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    mutable std::uint64_t interruptions_ = 0;
    Head head_;
    std::atomic<std::uint64_t> size_{0};
    std::shared_ptr<Observers> observers_ = std::make_shared<Observers>();
};

}  // namespace ledger
