// A recorded completeness map without the thousand events that usually bring one.
#pragma once

#include "ledger/map_advance.h"
#include "ledger/notary.h"
#include "ledger/stream_map.h"
#include "ledger/system_events.h"
#include "tests/server/server_fixture.h"

namespace test {

/// The checkpoint that covers so many events; the patience of a view question bounds each wait.
inline proof::Checkpoint published_over(ServerFixture& server, std::uint64_t size) {
    for (int tries = 0; tries < 600; ++tries) {
        const auto newest = server.app->services().notary.newest();
        if (newest && newest->checkpoint.size >= size) return newest->checkpoint;
        server.client().get("/v1/views/stock?wait=50ms&min_position=99999999");
    }
    throw std::runtime_error("no checkpoint was published");
}

/// Records the map of everything there is, as the server would.
inline void record_map(ServerFixture& server) {
    auto& ledger = server.ledger();
    ledger::Recording recording{published_over(server, server.size()), {}, {}};
    auto staged = ledger::MapAdvance(ledger).stage(recording.checkpoint.size);
    if (!staged) throw std::runtime_error(staged.error().what);
    recording.map = staged->state;
    auto receipt =
        ledger.registrar().record(ledger::recording_command(ledger.info(), recording));
    if (!receipt) throw std::runtime_error(receipt.error().what);
    auto kept = ledger.stream_map().keep(*std::move(staged));
    if (!kept) throw std::runtime_error(kept.error().what);
    published_over(server, server.size());
}

}  // namespace test
