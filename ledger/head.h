// Where the log ends.
#pragma once

#include <cstdint>

#include "events/dates.h"
#include "events/ids.h"

namespace ledger {

/// The durable end of the log. Everything before `size` is on disk; nothing after it is seen.
struct Head {
    std::uint64_t size = 0;         ///< events in the log; the next position
    events::Hash root{};            ///< Merkle tree head of the first `size` leaves
    std::uint64_t blocks = 0;       ///< blocks in the log
    events::Instant recorded_at{};  ///< of the last event
};

}  // namespace ledger
