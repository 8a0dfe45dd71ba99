#include "server/checkpointer.h"

#include "events/base/log.h"
#include "server/limits.h"

namespace server {

awaitable<void> Checkpointer::keep() {
    auto newest = world_.notary.published_checkpoint();
    std::uint64_t done = newest ? newest->size : 0;
    while (!stopping()) {
        const auto seen = world_.log_grew.rings();
        const auto size = world_.ledger.head().size;
        if (size == done) {
            co_await world_.log_grew.wait(seen, world_.clock.now() + limits::bell_patience);
            continue;
        }
        const bool remember =
            world_.clock.now() - remembered_ >= limits::checkpoint_remembered_every;
        auto job = [this, remember]() { return publish(remember); };
        auto outcome = co_await world_.workers.run(job);
        if (!outcome && outcome.error().fault == base::Fault::overloaded) outcome = job();
        if (!outcome) co_return;
        done = size;
        // Whoever appends meanwhile is covered by the next one, a moment later.
        const Bell::Time next = world_.clock.now() + limits::checkpoint_every;
        while (!stopping() && world_.clock.now() < next) co_await pause_.wait(pause_.rings(), next);
    }
}

base::Result<void> Checkpointer::publish_for_the_record() {
    if (!trouble().empty()) return {};
    return publish(true);
}

base::Result<void> Checkpointer::publish(bool remember) {
    const auto outcome = [&]() -> base::Result<void> {
        auto note = world_.notary.sign();
        if (!note) return note.error();
        return world_.notary.publish(*note, remember);
    }();
    if (outcome) {
        if (remember) remembered_ = world_.clock.now();
        world_.metrics.published(world_.notary.published_checkpoint()->size);
        world_.published.ring();
        return outcome;
    }
    base::log(base::LogLevel::error, "no checkpoint is signed any more: {} [{}]",
              outcome.error().what, outcome.error().code);
    const std::lock_guard lock(guard_);
    trouble_ = outcome.error().what;
    return outcome;
}

void Checkpointer::stop() {
    stopping_ = true;
    pause_.ring();
}

std::string Checkpointer::trouble() const {
    const std::lock_guard lock(guard_);
    return trouble_;
}

}  // namespace server
