// The single writer: takes commands, asks the rules, records what they accept.
#pragma once

#include <functional>
#include <future>

#include "events/base/result.h"
#include "events/command.h"
#include "ledger/receipt.h"

namespace ledger {

/// One thread decides and encodes block n+1 while another makes block n durable. Whatever has
/// gathered since the last sync is one block: one write batch, one sync, one head anchor. A
/// caller hears nothing before both are on disk.
///
/// Bounds:  at most `queue_commands_max` commands wait; more are refused at once.
/// Threads: `submit` from any thread; answers come on the committer's thread.
/// Errors:  in answers: `overloaded` E_QUEUE_FULL, `conflict` E_STALE_GUARD (412),
///          `refused` E_COMMAND_REUSED (422, the id was used with another body), `cancelled`
///          E_STOPPING, and everything `events::decide` says. A failed write or sync ends the
///          process: what was not answered is of unknown fate, and the next start tells.
class Registrar {
public:
    using Answer = std::function<void(base::Result<Receipt>)>;

    /// A command sent again gets its first receipt once that is durable.
    void submit(events::Command command, Answer answer);
    /// Submits and waits.
    base::Result<Receipt> record(events::Command command);
    /// Decides without recording: what `submit` would say now. Same thread rules as `submit`.
    void rehearse(events::Command command, Answer answer);
    /// Refuses new commands, finishes those accepted, makes them durable. Idempotent.
    void stop();

    struct State;

private:
    friend class Ledger;
    explicit Registrar(State& state) : state_(state) {}
    State& state_;
};

}  // namespace ledger
