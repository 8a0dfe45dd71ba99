#include "ledger/head_board.h"

namespace ledger {

Head HeadBoard::head() const {
    const std::lock_guard lock(mutex_);
    return head_;
}

bool HeadBoard::wait_past(std::uint64_t size, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    const auto interrupted = interruptions_;
    changed_.wait_for(lock, timeout,
                      [&] { return head_.size > size || interruptions_ != interrupted; });
    return head_.size > size;
}

void HeadBoard::interrupt_waiters() const {
    {
        const std::lock_guard lock(mutex_);
        ++interruptions_;
    }
    changed_.notify_all();
}

std::shared_ptr<void> HeadBoard::observe(Observer observer) const {
    const std::lock_guard lock(observers_->mutex);
    const auto number = observers_->next++;
    observers_->by_number.emplace(number, std::move(observer));
    const auto remove = [observers = observers_, number](void*) {
        const std::lock_guard guard(observers->mutex);
        observers->by_number.erase(number);
    };
    return std::shared_ptr<void>(observers_.get(), remove);
}

void HeadBoard::set(const Head& head) {
    const std::lock_guard lock(mutex_);
    head_ = head;
    size_.store(head.size, std::memory_order_release);
}

void HeadBoard::publish(const Head& head) {
    set(head);
    changed_.notify_all();
    const std::lock_guard lock(observers_->mutex);
    for (const auto& [number, observer] : observers_->by_number) observer(head);
}

}  // namespace ledger
