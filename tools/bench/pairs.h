// What durability itself costs: two files, 4 KiB appended to each and synced, side by side.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "events/base/clock.h"
#include "events/base/result.h"

namespace tools {

/// The least that a log with a head anchor outside it can do for one caller.
class SyncPairs {
public:
    static base::Result<std::unique_ptr<SyncPairs>> open(const std::filesystem::path& dir);
    ~SyncPairs();

    /// Pairs per second over so many seconds.
    double run(const base::Clock& clock, double seconds);

private:
    SyncPairs() = default;
    void follow();
    static void append(int fd);

    int first_ = -1, second_ = -1;
    std::atomic<std::uint64_t> asked_{0}, done_{0};
    std::atomic<bool> stop_{false};
    struct Thread;
    std::unique_ptr<Thread> thread_;
};

}  // namespace tools
