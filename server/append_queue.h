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

class DayGate;
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

    /// In a demonstration ledger every command goes through the gate, save duties and rehearsals.
    /// Called once, before the first command.
    void go_through(DayGate& gate) { gate_ = &gate; }

    awaitable<base::Result<ledger::Receipt>> append(events::Command command);
    /// Decides without recording.
    awaitable<base::Result<ledger::Receipt>> rehearse(events::Command command);

private:
    friend class AppendPipeline;
    using Answer = ledger::Registrar::Answer;
    Answer timed(Answer answer) const;
    bool try_enter(const events::Command& command) const;
    awaitable<bool> enter(const events::Command& command) const;
    /// REQUIRES: the command has entered.
    void hand_over(events::Command command, Answer answer);
    static base::Error going_down();

    ledger::Registrar& registrar_;
    const base::Clock& clock_;
    Metrics& metrics_;
    DayGate* gate_ = nullptr;
};

/// Commands handed over one after another without waiting, answered in the same order.
///
/// Threads:  `submit` and `take` belong to one task; answers may come from anywhere.
/// Lifetime: may go before its answers have come.
class AppendPipeline {
public:
    enum class Mode {
        record,
        rehearse,
        duties  ///< of the system: not through the gate, whose keeper waits for them
    };
    AppendPipeline(AppendQueue& queue, Mode mode);
    ~AppendPipeline();

    /// Hands the command over; false, and nothing done, if it has to wait at the gate.
    bool try_submit(events::Command& command);
    /// Hands the command over when its turn has come.
    awaitable<void> submit(events::Command command);
    /// Takes its place in the order with an answer that is already known.
    void answered(base::Result<ledger::Receipt> outcome);
    std::size_t waiting() const;
    /// Waits for the oldest answer and takes all that follow it without a gap.
    /// REQUIRES: waiting() > 0.
    awaitable<std::vector<base::Result<ledger::Receipt>>> take();

private:
    struct State;
    AppendQueue& queue_;
    /// REQUIRES: the command has entered, where it has to.
    void hand_over(events::Command command);

    const Mode mode_;
    std::shared_ptr<State> state_;
};

}  // namespace server
