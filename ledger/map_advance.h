// Moves the completeness map on with the log.
//
// The map that is kept must be the one whose root is on record, so it moves only when a recording
// is made: `stage` works the next one out, the caller records its root, then keeps it. Where much
// has come in between, `approach` keeps it page by page on the way; it then proves nothing until
// the recording has been made. Whatever ends half-way goes on from what was kept.
#pragma once

#include <cstdint>

#include "events/base/result.h"
#include "ledger/ledger.h"
#include "ledger/stream_map.h"

namespace ledger {

/// Bounds:   memory for the streams of one page of events.
/// Threads:  one at a time. Lifetime: the ledger must outlive it.
/// Errors:   those of reading the log and of StreamMap.
class MapAdvance {
public:
    static constexpr std::uint64_t page_events_usual = 65'536;

    explicit MapAdvance(const Ledger& ledger, std::uint64_t page_events = page_events_usual)
        : ledger_(ledger), page_events_(page_events) {}

    /// Keeps one page more, if more than one lies before `size`. True: at most one is left.
    base::Result<bool> approach(std::uint64_t size);
    /// The map of the first `size` events, not kept. REQUIRES: `approach` has said true.
    base::Result<StreamMap::Staged> stage(std::uint64_t size) const;

private:
    const Ledger& ledger_;
    const std::uint64_t page_events_;
};

}  // namespace ledger
