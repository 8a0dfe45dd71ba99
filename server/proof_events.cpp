#include "server/proof_events.h"

#include <fmt/format.h>

#include <utility>

#include "events/base/log.h"
#include "ledger/unreadable.h"
#include "server/limits.h"

namespace server {
namespace {

base::Error wrong_map(std::uint64_t size) {
    return {base::Fault::corrupt, "E_MAP_DAMAGED",
            fmt::format("the completeness map of {} events is not the one on record; the next "
                        "start makes it again",
                        size)};
}

}  // namespace

// -- RecordingPace --------------------------------------------------------------------------------

base::Result<void> RecordingPace::look_back() {
    const auto recorded = ledger::newest_recording(ledger_);
    if (!recorded) return recorded.error();
    if (*recorded) {
        last_ = **recorded;
        return {};
    }
    // What opened the ledger is nothing that came since.
    const auto opening = ledger_.event({0});
    if (!opening) return opening.error();
    last_ = {0, 0, opening->event().command_size()};
    return {};
}

std::uint64_t RecordingPace::first_waiting() const {
    return last_.position > last_.size ? last_.size : last_.position + last_.events;
}

base::Result<bool> RecordingPace::is_due(std::uint64_t size, events::Instant now) const {
    const auto told = last_.size + last_.events;
    if (size <= told) return false;
    if (size - told >= limits::recording_events_min) return true;
    if (ledger_.info().kind == events::schema::LedgerKind::DEMO) return false;
    const auto oldest = ledger_.event({first_waiting()});
    if (!oldest) return oldest.error();
    const auto waited = now.micros - events::Instant::of(*oldest->event().recorded_at()).micros;
    return std::chrono::microseconds(waited) >= limits::recording_after;
}

// -- ProofEvents ----------------------------------------------------------------------------------

ProofEvents::ProofEvents(const World& world)
    : world_(world), pace_(world.ledger), map_(world.ledger) {}

awaitable<void> ProofEvents::keep() {
    last_quiet_ = world_.clock.now();
    seen_ = world_.ledger.head().size;
    auto ready = co_await begin();
    if (!ready) {
        base::log(base::LogLevel::error, "nothing is recorded for proofs: {} [{}]",
                  ready.error().what, ready.error().code);
        co_return;
    }
    const Work give_up_map = [&] { return world_.ledger.stream_map().declare_void(); };
    for (std::string trouble;;) {
        const auto seen = pause_.rings();
        if (stopping()) co_return;
        auto done = co_await look();
        const std::string now = done ? std::string() : done.error().code;
        if (now != trouble && !stopping())
            base::log(now.empty() ? base::LogLevel::info : base::LogLevel::error,
                      "recording for proofs: {}", done ? "all is well again" : done.error().what);
        // Derived, so it is made again; not here, where the damage would only be met again.
        if (now == "E_MAP_DAMAGED" && trouble != now) (void)co_await on_worker(give_up_map);
        trouble = now;
        if (stopping()) co_return;
        co_await pause_.wait(seen, world_.clock.now() + limits::recording_looks_every);
    }
}

void ProofEvents::stop() {
    stopping_ = true;
    pause_.ring();
}

awaitable<base::Result<void>> ProofEvents::on_worker(const Work& work) {
    auto job = [&]() { return ledger::unless_unreadable(work); };
    co_return co_await world_.workers.run(job);
}

awaitable<base::Result<void>> ProofEvents::begin() {
    std::optional<proof::MapRecord> record;
    const Work read = [&]() -> base::Result<void> {
        if (auto done = pace_.look_back(); !done) return done.error();
        const auto newest = ledger::MapRecords(world_.ledger).newest();
        if (!newest) return newest.error();
        record = *newest;
        return {};
    };
    auto done = co_await on_worker(read);
    if (!done || !record) co_return done;
    world_.metrics.recorded(record->size);
    // A crash came between the recording and the map, or the map is being made again.
    done = co_await approach(record->size);
    if (!done || stopping()) co_return done;
    const Work last_page = [&] { return catch_up(*record); };
    co_return co_await on_worker(last_page);
}

base::Result<void> ProofEvents::catch_up(const proof::MapRecord& record) {
    auto& map = world_.ledger.stream_map();
    // Past it: on its way to the next recording, page by page, when it was stopped.
    const auto kept = map.state();
    if (kept.size > record.size || (kept.size == record.size && kept.root == record.root))
        return {};
    auto staged = map_.stage(record.size);
    if (!staged) return staged.error();
    if (staged->state.root == record.root) return map.keep(*std::move(staged));
    if (auto done = map.declare_void(); !done) return done.error();
    return wrong_map(record.size);
}

awaitable<base::Result<void>> ProofEvents::approach(std::uint64_t size) {
    bool near = false;
    const Work page = [&]() -> base::Result<void> {
        const auto more = map_.approach(size);
        if (!more) return more.error();
        near = *more;
        return {};
    };
    base::Result<void> done;
    while (done && !near && !stopping()) done = co_await on_worker(page);
    co_return done;
}

/// Whether the log is being loaded, and a recording can wait.
bool ProofEvents::is_busy() {
    const auto size = world_.ledger.head().size;
    const bool fast = size - std::exchange(seen_, size) >= limits::recording_events_min;
    const auto now = world_.clock.now();
    const bool busy = fast || world_.standing.bulk_loads > 0;
    if (!busy) last_quiet_ = now;
    return busy && now - last_quiet_ < limits::recording_waits_max;
}

awaitable<base::Result<void>> ProofEvents::look() {
    const auto published = world_.notary.newest();
    const bool busy = is_busy();
    if (!published) co_return base::Result<void>();
    const auto size = published->checkpoint.size;
    bool due = false;
    const Work keep_map = [&] {
        return world_.ledger.stream_map().keep(*std::exchange(staged_, {}));
    };
    const Work ask = [&]() -> base::Result<void> {
        const auto answer = pace_.is_due(size, {world_.clock.wall_micros()});
        if (!answer) return answer.error();
        due = *answer;
        return {};
    };
    base::Result<void> done;
    if (staged_) {
        if (size > staged_position_) done = co_await on_worker(keep_map);
        co_return done;
    }
    if (busy) co_return done;
    done = co_await on_worker(ask);
    if (!done || !due) co_return done;
    done = co_await approach(size);
    if (!done || stopping()) co_return done;
    co_return co_await record(published->checkpoint);
}

awaitable<base::Result<void>> ProofEvents::record(const proof::Checkpoint& checkpoint) {
    ledger::Recording recording{checkpoint, {}, {}};
    const Work work = [&] { return prepare(recording); };
    auto prepared = co_await on_worker(work);
    if (!prepared) {
        staged_.reset();  // a map that is not on record must not be kept
        co_return prepared;
    }
    auto command = ledger::recording_command(world_.ledger.info(), recording);
    auto receipt = co_await world_.appends.append(std::move(command));
    if (!receipt) {
        staged_.reset();
        co_return receipt.error();
    }
    staged_position_ = receipt->items.back().position.value;
    pace_.recorded({checkpoint.size, receipt->items.front().position.value,
                    static_cast<std::uint16_t>(receipt->items.size())});
    last_quiet_ = world_.clock.now();
    world_.metrics.recorded(checkpoint.size);
    co_return base::Result<void>();
}

base::Result<void> ProofEvents::prepare(ledger::Recording& recording) {
    auto staged = map_.stage(recording.checkpoint.size);
    if (!staged) return staged.error();
    staged_ = *std::move(staged);
    recording.map = staged_->state;
    // Views may be behind the checkpoint or past it: their digests say of how many events they are.
    auto digests = world_.views.digests();
    if (!digests) return digests.error();
    recording.views = ledger::ViewRecord{digests->size, digests->version,
                                         std::move(digests->views)};
    return {};
}

}  // namespace server
