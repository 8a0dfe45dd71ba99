#include "ledger/registrar.h"

#include <fmt/format.h>

#include <exception>

#include "ledger/fail_stop.h"
#include "ledger/registrar_state.h"
#include "ledger/repeat.h"

namespace ledger {

Registrar::State::State(Core& given)
    : core_(given),
      random_(given.random),
      scribe_(given, random_),
      clerk_(given, random_, scribe_),
      committer_(given) {
    core_.pending.start(core_.board.size(),
                        [this](std::uint64_t position) { scribe_.write_upto(position); });
    first_ = std::thread([this] { work(); });
    second_ = std::thread([this] { work(); });
}

Registrar::State::~State() {
    stop();
}

void Registrar::State::enqueue(Asked asked) {
    base::Error refusal;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && queue_.size() < core_.options.queue_commands_max) {
            queue_.push_back(std::move(asked));
            core_.counters.queued.store(queue_.size(), std::memory_order_relaxed);
            changed_.notify_one();
            return;
        }
        refusal = stopping_ ? base::Error{base::Fault::cancelled, "E_STOPPING",
                                          "the ledger takes no more commands: it is stopping"}
                            : base::Error{base::Fault::overloaded, "E_QUEUE_FULL",
                                          fmt::format("{} commands are waiting already",
                                                      core_.options.queue_commands_max)};
    }
    asked.answer(std::move(refusal));
}

void Registrar::State::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (first_.joinable()) first_.join();
    if (second_.joinable()) second_.join();
}

void Registrar::State::work() {
    try {
        for (;;) {
            Block block;
            {
                const std::lock_guard at_the_desk(desk_);
                if (!gather(block)) return;
                clerk_.close(block);
            }
            if (block.record.count > 0) scribe_.finish(block);
            repeat_receipts(block);
            committer_.commit(block);
            const std::lock_guard in_order(answering_);
            {
                const std::lock_guard lock(mutex_);
                committing_ = false;
            }
            changed_.notify_one();
            for (auto& outcome : block.outcomes) outcome.answer(std::move(outcome.result));
        }
    } catch (const std::exception& error) {
        fail_stop("the writer", {base::Fault::corrupt, "E_WRITER", error.what()});
    }
}

/// By now every event has its bytes that stood before a repeated command.
void Registrar::State::repeat_receipts(Block& block) {
    for (auto& outcome : block.outcomes) {
        if (!outcome.repeated) continue;
        outcome.result = repeat(core_, outcome.repeated->command, outcome.repeated->where);
        ++(outcome.result ? core_.counters.replayed : core_.counters.refused);
    }
}

bool Registrar::State::gather(Block& block) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const bool full = block.record.count >= core_.options.block_events_max;
        const bool something = !block.outcomes.empty();
        if (something && !committing_) {
            committing_ = true;
            return true;
        }
        if (!queue_.empty() && !full) {
            std::deque<Asked> taken;
            std::swap(taken, queue_);
            lock.unlock();
            decide_some(taken, block);
            lock.lock();
            // What did not fit goes back to the front.
            while (!taken.empty()) {
                queue_.push_front(std::move(taken.back()));
                taken.pop_back();
            }
            core_.counters.queued.store(queue_.size(), std::memory_order_relaxed);
            continue;
        }
        if (stopping_ && queue_.empty() && !something) return false;
        changed_.wait(lock);
    }
}

void Registrar::State::decide_some(std::deque<Asked>& taken, Block& block) {
    while (!taken.empty() && block.record.count < core_.options.block_events_max) {
        auto asked = std::move(taken.front());
        taken.pop_front();
        clerk_.take(std::move(asked.command), std::move(asked.answer), asked.rehearsal, block);
    }
}

void Registrar::submit(events::Command command, Answer answer) {
    state_.enqueue({std::move(command), std::move(answer), false});
}

base::Result<Receipt> Registrar::record(events::Command command) {
    std::promise<base::Result<Receipt>> promise;
    auto future = promise.get_future();
    submit(std::move(command),
           [&promise](base::Result<Receipt> result) { promise.set_value(std::move(result)); });
    return future.get();
}

void Registrar::rehearse(events::Command command, Answer answer) {
    state_.enqueue({std::move(command), std::move(answer), true});
}

void Registrar::stop() {
    state_.stop();
}

}  // namespace ledger
