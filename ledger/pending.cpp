#include "ledger/pending.h"

#include <algorithm>

#include "events/base/ensure.h"

namespace ledger {

void Pending::start(std::uint64_t size, WriteUpto write) {
    write_ = std::move(write);
    first_ = decided_ = size;
}

void Pending::decided(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    decided_ = size;
}

void Pending::add(std::uint64_t position, Bytes event) {
    const std::lock_guard lock(mutex_);
    ENSURE(position == first_ + events_.size(), "pending events lie without gaps");
    events_.push_back(std::move(event));
}

Pending::Bytes Pending::find(std::uint64_t position) const {
    std::unique_lock lock(mutex_);
    if (position < first_ || position >= decided_) return nullptr;
    if (position - first_ >= events_.size()) {
        lock.unlock();
        write_(position);
        lock.lock();
    }
    ENSURE(position >= first_, "nobody asks for an event that others make durable meanwhile");
    return events_[position - first_];
}

void Pending::add_salt(std::uint64_t position, const events::Hash& salt) {
    const std::lock_guard lock(mutex_);
    salts_.push_back({position, salt});
}

std::optional<events::Hash> Pending::salt(std::uint64_t position) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::lower_bound(
        salts_.begin(), salts_.end(), position,
        [](const Salt& salt, std::uint64_t wanted) { return salt.position < wanted; });
    if (found == salts_.end() || found->position != position) return std::nullopt;
    return found->salt;
}

void Pending::drop_below(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    while (!events_.empty() && first_ < size) {
        events_.pop_front();
        ++first_;
    }
    while (!salts_.empty() && salts_.front().position < size) salts_.pop_front();
}

}  // namespace ledger
