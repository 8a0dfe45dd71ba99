// One generator for two writers.
#pragma once

#include <mutex>

#include "events/base/random.h"

namespace ledger {

/// Threads: safe from any thread. Lifetime: `source` must outlive it; nobody else draws from it.
class SharedRandom final : public base::Random {
public:
    explicit SharedRandom(base::Random& source) : source_(source) {}

    void fill(std::span<std::uint8_t> out) override {
        const std::lock_guard lock(mutex_);
        source_.fill(out);
    }

private:
    base::Random& source_;
    std::mutex mutex_;
};

}  // namespace ledger
