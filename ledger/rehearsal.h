// A dress rehearsal: commands decided one after another as if those before them had been
// recorded. Nothing is; what they left behind goes with the rehearsal.
#pragma once

#include <cstddef>
#include <memory>

#include "events/base/result.h"
#include "events/command.h"
#include "ledger/receipt.h"

namespace ledger {

class Ledger;

/// Starts from the head at its making and does not see what others record meanwhile. What the
/// clock would bring about between two commands (lapses, suspensions) does not happen in it.
///
/// Threads:  one at a time; the ledger goes on recording beside it.
/// Bounds:   keeps its events and the standings they touch in memory, `events_max` of them.
/// Lifetime: the ledger must outlive it.
/// Errors:   those of the registrar, and `refused` E_REHEARSAL_FULL.
class Rehearsal {
public:
    static constexpr std::size_t events_max = 200'000;

    explicit Rehearsal(Ledger& ledger);
    ~Rehearsal();

    /// What recording would say. A command that the ledger holds already is answered as a retry.
    base::Result<Receipt> take(events::Command command);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ledger
