#include "ledger/map_advance.h"

#include <unordered_map>

#include "events/base/ensure.h"

namespace ledger {
namespace {

/// Where each stream that an event of [from, upto) stands in has got to.
base::Result<StreamMap::Changes> changes_in(const Ledger& ledger, std::uint64_t from,
                                            std::uint64_t upto) {
    std::unordered_map<events::StreamId, proof::StreamState, events::IdHash> newest;
    auto scan = ledger.scan({from}, {upto});
    for (;;) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) break;
        for (const auto* at : *scan.event().streams())
            newest[{at->kind(), events::Id::of(at->id())}] = {at->revision(),
                                                              scan.position().value};
    }
    StreamMap::Changes out;
    for (const auto& [stream, state] : newest) out.emplace(proof::stream_key(stream), state);
    return out;
}

}  // namespace

base::Result<bool> MapAdvance::approach(std::uint64_t size) {
    auto& map = ledger_.stream_map();
    const auto kept = map.state().size;
    if (size <= kept || size - kept <= page_events_) return true;
    const auto changes = changes_in(ledger_, kept, kept + page_events_);
    if (!changes) return changes.error();
    auto staged = map.stage(*changes, kept + page_events_);
    if (!staged) return staged.error();
    if (auto done = map.keep(*std::move(staged)); !done) return done.error();
    return size - kept - page_events_ <= page_events_;
}

base::Result<StreamMap::Staged> MapAdvance::stage(std::uint64_t size) const {
    auto& map = ledger_.stream_map();
    const auto kept = map.state().size;
    ENSURE(kept <= size, "the map only moves on");
    const auto changes = changes_in(ledger_, kept, size);
    if (!changes) return changes.error();
    return map.stage(*changes, size);
}

}  // namespace ledger
