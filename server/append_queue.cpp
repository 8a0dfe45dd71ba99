#include "server/append_queue.h"

#include <mutex>
#include <utility>

#include "server/await_answer.h"
#include "server/day_gate.h"
#include "server/metrics.h"

namespace server {
namespace {

using Answered = base::Result<ledger::Receipt>;

}  // namespace

AppendQueue::AppendQueue(ledger::Registrar& registrar, const base::Clock& clock, Metrics& metrics)
    : registrar_(registrar), clock_(clock), metrics_(metrics) {}

AppendQueue::Answer AppendQueue::timed(Answer answer) const {
    return [this, began = clock_.now(), answer = std::move(answer)](Answered outcome) {
        if (outcome) metrics_.appended(clock_.now() - began);
        answer(std::move(outcome));
    };
}

bool AppendQueue::try_enter(const events::Command& command) const {
    return gate_ == nullptr || gate_->try_enter(command);
}

awaitable<bool> AppendQueue::enter(const events::Command& command) const {
    return gate_->enter(command);
}

void AppendQueue::hand_over(events::Command command, Answer answer) {
    auto leave = [gate = gate_, answer = timed(std::move(answer))](Answered outcome) {
        if (gate != nullptr) gate->leave();
        answer(std::move(outcome));
    };
    registrar_.submit(std::move(command), std::move(leave));
}

base::Error AppendQueue::going_down() {
    return {base::Fault::overloaded, "E_DRAINING", "The server is going down."};
}

awaitable<Answered> AppendQueue::append(events::Command command) {
    bool entered = try_enter(command);
    if (!entered) entered = co_await enter(command);
    if (!entered) co_return going_down();
    auto submit = [this, &command](Answer answer) {
        hand_over(std::move(command), std::move(answer));
    };
    co_return co_await await_answer<Answered>(submit);
}

awaitable<Answered> AppendQueue::rehearse(events::Command command) {
    auto submit = [this, &command](Answer answer) {
        registrar_.rehearse(std::move(command), std::move(answer));
    };
    co_return co_await await_answer<Answered>(submit);
}

struct AppendPipeline::State {
    std::mutex guard;
    std::uint64_t first = 0;  ///< number of the oldest place
    std::deque<std::optional<Answered>> places;
    std::function<void(bool)> ready;  ///< waits for the oldest place

    void fill(std::uint64_t number, Answered outcome) {
        std::function<void(bool)> wake;
        {
            const std::lock_guard lock(guard);
            places[number - first].emplace(std::move(outcome));
            if (number == first) wake.swap(ready);
        }
        if (wake) wake(true);
    }

    /// Calls back at once if the oldest is there already.
    void when_ready(std::function<void(bool)> call) {
        {
            const std::lock_guard lock(guard);
            if (!places.front()) {
                ready = std::move(call);
                return;
            }
        }
        call(true);
    }
};

AppendPipeline::AppendPipeline(AppendQueue& queue, Mode mode)
    : queue_(queue), mode_(mode), state_(std::make_shared<State>()) {}

AppendPipeline::~AppendPipeline() = default;

bool AppendPipeline::try_submit(events::Command& command) {
    if (mode_ == Mode::record && !queue_.try_enter(command)) return false;
    hand_over(std::move(command));
    return true;
}

awaitable<void> AppendPipeline::submit(events::Command command) {
    bool entered = mode_ != Mode::record || queue_.try_enter(command);
    if (!entered) entered = co_await queue_.enter(command);
    if (entered)
        hand_over(std::move(command));
    else
        answered(AppendQueue::going_down());
}

void AppendPipeline::hand_over(events::Command command) {
    std::uint64_t number;
    {
        const std::lock_guard lock(state_->guard);
        number = state_->first + state_->places.size();
        state_->places.emplace_back();
    }
    auto answer = [state = state_, number](Answered outcome) {
        state->fill(number, std::move(outcome));
    };
    switch (mode_) {
        case Mode::record:
            return queue_.hand_over(std::move(command), answer);
        case Mode::rehearse:
            return queue_.registrar_.rehearse(std::move(command), answer);
        case Mode::duties:
            return queue_.registrar_.submit(std::move(command), queue_.timed(answer));
    }
}

void AppendPipeline::answered(Answered outcome) {
    std::uint64_t number;
    {
        const std::lock_guard lock(state_->guard);
        number = state_->first + state_->places.size();
        state_->places.emplace_back();
    }
    state_->fill(number, std::move(outcome));
}

std::size_t AppendPipeline::waiting() const {
    const std::lock_guard lock(state_->guard);
    return state_->places.size();
}

awaitable<std::vector<Answered>> AppendPipeline::take() {
    auto start = [this](std::function<void(bool)> call) { state_->when_ready(std::move(call)); };
    co_await await_answer<bool>(start);
    std::vector<Answered> taken;
    const std::lock_guard lock(state_->guard);
    while (!state_->places.empty() && state_->places.front()) {
        taken.push_back(std::move(*state_->places.front()));
        state_->places.pop_front();
        ++state_->first;
    }
    co_return taken;
}

}  // namespace server
