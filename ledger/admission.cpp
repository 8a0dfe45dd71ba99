#include "ledger/admission.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/genesis.h"

namespace ledger {

base::Result<events::Instant> recording_time(const Core& core, events::Instant last,
                                             const events::Command& command) {
    if (core.info.kind == events::schema::LedgerKind::REAL) {
        if (command.demo_time) {
            return base::Error{base::Fault::invalid, "E_DEMO_TIME",
                               "a real ledger gives the time itself; `demotime` is for "
                               "demonstration ledgers",
                               "/demotime"};
        }
        return std::max(last, events::Instant{core.clock.wall_micros()});
    }
    if (!command.demo_time) return std::max(last, demo_start());
    if (*command.demo_time < last) {
        return base::Error{base::Fault::conflict, "E_DEMO_CLOCK",
                           fmt::format("the ledger's time is {} already", last.text()),
                           "/demotime"};
    }
    return *command.demo_time;
}

base::Error stale_guard(const events::Expectation& expected, events::Revision current) {
    return {base::Fault::conflict, "E_STALE_GUARD",
            fmt::format("{} is at revision {}, not {}", expected.stream.text(), current.value,
                        expected.revision.value),
            "/data/expect/" + std::string(events::name_of(expected.stream.kind)) + "~1" +
                expected.stream.id.text()};
}

Receipt receipt_of(const events::Command& command, events::Instant at,
                   const events::Decision& decision) {
    Receipt out;
    out.command = command.id;
    out.recorded_at = at;
    out.warnings = decision.warnings;
    out.items.reserve(decision.placements.size());
    for (const auto& placement : decision.placements) {
        out.items.push_back({placement.position, placement.event_id, placement.streams, {}});
        out.proposed |= placement.proposed;
    }
    return out;
}

}  // namespace ledger
