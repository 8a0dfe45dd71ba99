#include "projections/replay.h"

#include <utility>

#include "projections/digests.h"

namespace projections {

namespace {

constexpr std::uint64_t batch_events = Buckets::events;

}  // namespace

Replay::Replay(std::unique_ptr<Store> store, const LogReader& log)
    : store_(std::move(store)),
      shelves_(log.codes()),
      runner_(log, *store_, shelves_, batch_events) {}

base::Result<std::unique_ptr<Replay>> Replay::open(std::optional<std::filesystem::path> scratch,
                                                   const LogReader& log) {
    auto store = Store::open(std::move(scratch));
    if (!store) return store.error();
    std::unique_ptr<Replay> out(new Replay(*std::move(store), log));
    // What somebody else left there is not taken up.
    if (auto cleared = out->store_->clear(); !cleared) return cleared.error();
    if (auto loaded = out->runner_.load(); !loaded) return loaded.error();
    return out;
}

base::Result<void> Replay::fold_to(std::uint64_t upto, const std::atomic<bool>& stop) {
    if (position() >= upto) return {};
    return runner_.catch_up(stop, upto);
}

base::Result<ViewDigests> Replay::digests() const {
    const auto snapshot = store_->snapshot();
    if (!snapshot) return snapshot.error();
    return kept_digests(*store_, **snapshot);
}

}  // namespace projections
