// The only bridge from coroutines to the ledger's writer.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "events/base/clock.h"
#include "events/base/result.h"
#include "events/command.h"
#include "ledger/registrar.h"
#include "server/async.h"

namespace server {

class Metrics;

/// Hands commands to the registrar; the answer resumes the caller on its own executor. A command
/// that was handed over is not cancellable: the client may leave, the fact stays.
///
/// Bounds:   those of the registrar's queue; full means `overloaded` at once.
/// Threads:  any.
/// Lifetime: must outlive the answers; the registrar is stopped before it goes.
class AppendQueue {
public:
    AppendQueue(ledger::Registrar& registrar, const base::Clock& clock, Metrics& metrics);

    awaitable<base::Result<ledger::Receipt>> append(events::Command command);
    /// Decides without recording.
    awaitable<base::Result<ledger::Receipt>> rehearse(events::Command command);

private:
    friend class AppendPipeline;
    using Answer = ledger::Registrar::Answer;
    Answer timed(Answer answer) const;

    ledger::Registrar& registrar_;
    const base::Clock& clock_;
    Metrics& metrics_;
};

/// Commands handed over one after another without waiting, answered in the same order.
///
/// Threads:  `submit` and `take` belong to one task; answers may come from anywhere.
/// Lifetime: may go before its answers have come.
class AppendPipeline {
public:
    AppendPipeline(AppendQueue& queue, bool rehearse);
    ~AppendPipeline();

    void submit(events::Command command);
    /// Takes its place in the order with an answer that is already known.
    void answered(base::Error error);
    std::size_t waiting() const;
    /// Waits for the oldest answer and takes all that follow it without a gap.
    /// REQUIRES: waiting() > 0.
    awaitable<std::vector<base::Result<ledger::Receipt>>> take();

private:
    struct State;
    AppendQueue& queue_;
    const bool rehearse_;
    std::shared_ptr<State> state_;
};

}  // namespace server
