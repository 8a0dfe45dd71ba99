// Every version of the reference book: what the province had published as of any moment.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "events/rules/reference_book.h"

namespace projections {

/// Threads: one thread adds; any thread asks.
class ReferenceShelf {
public:
    using Version = std::shared_ptr<const events::ReferenceBook>;

    explicit ReferenceShelf(const events::CodeLists& codes)
        : empty_(std::make_shared<const events::ReferenceBook>(codes)) {}

    /// The book as the first `size` events tell.
    Version at(std::uint64_t size) const {
        const std::lock_guard lock(mutex_);
        for (auto version = versions_.rbegin(); version != versions_.rend(); ++version) {
            if (version->first <= size) return version->second;
        }
        return empty_;
    }
    Version newest() const {
        const std::lock_guard lock(mutex_);
        return versions_.empty() ? empty_ : versions_.back().second;
    }
    /// REQUIRES: sizes only grow.
    void add(std::uint64_t size, Version version) {
        const std::lock_guard lock(mutex_);
        versions_.emplace_back(size, std::move(version));
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        versions_.clear();
    }

private:
    mutable std::mutex mutex_;
    Version empty_;
    std::vector<std::pair<std::uint64_t, Version>> versions_;
};

}  // namespace projections
