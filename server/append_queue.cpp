#include "server/append_queue.h"

#include <mutex>
#include <utility>

#include "server/await_answer.h"
#include "server/metrics.h"

namespace server {
namespace {

using Outcome = base::Result<ledger::Receipt>;

}  // namespace

AppendQueue::AppendQueue(ledger::Registrar& registrar, const base::Clock& clock, Metrics& metrics)
    : registrar_(registrar), clock_(clock), metrics_(metrics) {}

AppendQueue::Answer AppendQueue::timed(Answer answer) const {
    return [this, began = clock_.now(), answer = std::move(answer)](Outcome outcome) {
        if (outcome) metrics_.appended(clock_.now() - began);
        answer(std::move(outcome));
    };
}

awaitable<Outcome> AppendQueue::append(events::Command command) {
    auto submit = [this, &command](Answer answer) {
        registrar_.submit(std::move(command), timed(std::move(answer)));
    };
    co_return co_await await_answer<Outcome>(submit);
}

awaitable<Outcome> AppendQueue::rehearse(events::Command command) {
    auto submit = [this, &command](Answer answer) {
        registrar_.rehearse(std::move(command), std::move(answer));
    };
    co_return co_await await_answer<Outcome>(submit);
}

struct AppendPipeline::State {
    std::mutex guard;
    std::uint64_t first = 0;  ///< number of the oldest place
    std::deque<std::optional<Outcome>> places;
    std::function<void(bool)> ready;  ///< waits for the oldest place

    void fill(std::uint64_t number, Outcome outcome) {
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

AppendPipeline::AppendPipeline(AppendQueue& queue, bool rehearse)
    : queue_(queue), rehearse_(rehearse), state_(std::make_shared<State>()) {}

AppendPipeline::~AppendPipeline() = default;

void AppendPipeline::submit(events::Command command) {
    std::uint64_t number;
    {
        const std::lock_guard lock(state_->guard);
        number = state_->first + state_->places.size();
        state_->places.emplace_back();
    }
    auto answer = [state = state_, number](Outcome outcome) {
        state->fill(number, std::move(outcome));
    };
    if (rehearse_)
        queue_.registrar_.rehearse(std::move(command), answer);
    else
        queue_.registrar_.submit(std::move(command), queue_.timed(answer));
}

void AppendPipeline::answered(base::Error error) {
    std::uint64_t number;
    {
        const std::lock_guard lock(state_->guard);
        number = state_->first + state_->places.size();
        state_->places.emplace_back();
    }
    state_->fill(number, std::move(error));
}

std::size_t AppendPipeline::waiting() const {
    const std::lock_guard lock(state_->guard);
    return state_->places.size();
}

awaitable<std::vector<Outcome>> AppendPipeline::take() {
    auto start = [this](std::function<void(bool)> call) { state_->when_ready(std::move(call)); };
    co_await await_answer<bool>(start);
    std::vector<Outcome> taken;
    const std::lock_guard lock(state_->guard);
    while (!state_->places.empty() && state_->places.front()) {
        taken.push_back(std::move(*state_->places.front()));
        state_->places.pop_front();
        ++state_->first;
    }
    co_return taken;
}

}  // namespace server
