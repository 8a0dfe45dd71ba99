// What is asked of a command beside the rules, and what its sender gets: the same when it is
// recorded and when it is only rehearsed.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "events/base/result.h"
#include "events/command.h"
#include "events/rules/decide.h"
#include "ledger/core.h"
#include "ledger/receipt.h"

namespace ledger {

/// When a command is recorded that comes after `last`: never before it; in a demonstration ledger
/// at the time that the command names.
/// Fails with `invalid` E_DEMO_TIME, `conflict` E_DEMO_CLOCK.
base::Result<events::Instant> recording_time(const Core& core, events::Instant last,
                                             const events::Command& command);

/// `conflict` E_STALE_GUARD for one stream, with its pointer into the command.
base::Error stale_guard(const events::Expectation& expected, events::Revision current);

/// Whether streams stand where the sender takes them to. `newest`: gives a stream's revision.
/// Fails with `conflict` E_STALE_GUARD; its details name every stream that does not.
template <class Newest>
base::Result<void> check_expectations(const events::Command& command, const Newest& newest) {
    std::optional<base::Error> error;
    for (const auto& expected : command.expect) {
        const events::Revision current = newest(expected.stream);
        if (current == expected.revision) continue;
        auto stale = stale_guard(expected, current);
        if (!error) error = stale;
        error->details.push_back({stale.pointer, stale.code, stale.what});
    }
    if (error) return std::move(*error);
    return {};
}

Receipt receipt_of(const events::Command& command, events::Instant at,
                   const events::Decision& decision);

}  // namespace ledger
