// The log's own list of its streams, as the server records it.
#pragma once

#include <stdexcept>

#include "ledger/ledger.h"
#include "ledger/map_advance.h"
#include "ledger/registrar.h"
#include "ledger/system_events.h"

namespace test {

/// Records checkpoint and list of the streams under it; `keep` the list too.
inline ledger::Receipt list_streams(ledger::Ledger& ledger, const proof::Checkpoint& checkpoint,
                                    bool keep = true) {
    ledger::Recording recording{checkpoint, {}, {}};
    auto staged = ledger::MapAdvance(ledger).stage(checkpoint.size);
    if (!staged) throw std::runtime_error(staged.error().what);
    recording.map = staged->state;
    auto receipt = ledger.registrar().record(ledger::recording_command(ledger.info(), recording));
    if (!receipt) throw std::runtime_error(receipt.error().what);
    if (keep && !ledger.stream_map().keep(*std::move(staged)))
        throw std::runtime_error("the list of streams was not kept");
    return *receipt;
}

}  // namespace test
