// The turn of the day in a demonstration ledger.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>

#include "events/command.h"
#include "ledger/ledger.h"
#include "server/async.h"
#include "server/bell.h"
#include "server/duty_runner.h"

namespace server {

/// A demonstration ledger's time is what its commands say (settled.md 4). Every command enters
/// here before it is handed over. One of a later day than all before it waits until those are
/// answered, then until what fell due in between is recorded; who comes meanwhile waits too. So a
/// stream gives the same log however fast it is sent.
///
/// After a start the first command always turns the day, in case a kill cut the last turn short.
///
/// Threads:  any.
/// Lifetime: ledger and duties must outlive it.
class DayGate {
public:
    DayGate(const ledger::Ledger& ledger, DutyRunner& duties);

    /// Whether the command may be handed over at once; then it counts as under way.
    bool try_enter(const events::Command& command);
    /// Waits for its turn; false if the server goes down first.
    awaitable<bool> enter(const events::Command& command);
    /// One of those under way has been answered.
    void leave();

private:
    class Turning;
    enum class Place { entered, turns_the_day, waits };
    /// Counts it if it enters; takes the turn of the day if it may.
    Place place_of(const events::Command& command, bool may_turn);
    awaitable<void> wait_until_empty();

    const ledger::Ledger& ledger_;
    DutyRunner& duties_;
    Bell moved_;
    std::mutex guard_;
    std::size_t under_way_ = 0;
    bool turning_ = false;
    std::optional<events::Date> newest_;  ///< nothing before the first command
};

}  // namespace server
