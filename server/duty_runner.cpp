#include "server/duty_runner.h"

#include <algorithm>
#include <utility>

#include "server/limits.h"

namespace server {

DutyRunner::DutyRunner(const World& world) : world_(world), desk_(world.ledger, world.views) {}

awaitable<void> DutyRunner::keep() {
    while (!stopping()) {
        const auto seen = wake_.rings();
        co_await carry_out();
        if (stopping()) break;
        co_await wake_.wait(seen, world_.clock.now() + limits::duties_every);
    }
}

void DutyRunner::stop() {
    stopping_ = true;
    wake_.ring();
}

Bell::Time DutyRunner::patience() const {
    return world_.clock.now() + limits::bell_patience;
}

awaitable<void> DutyRunner::carry_out() {
    for (bool more = true; more;) {
        const Wait views = co_await views_at_head();
        if (views != Wait::current) break;
        const events::Instant now{world_.clock.wall_micros()};
        const auto head = world_.ledger.head().recorded_at;
        const auto today = world_.ledger.zone().civil_date(std::max(now, head));
        more = desk_.next(today).has_value();
        if (more) more = co_await round(today, std::nullopt);
    }
}

awaitable<bool> DutyRunner::advance(events::Date day) {
    const auto& zone = world_.ledger.zone();
    for (bool more = true; more;) {
        const Wait views = co_await views_at_head();
        if (views == Wait::stopping) co_return false;
        // Views that cannot be folded are told elsewhere; the load need not wait for them.
        if (views == Wait::failed) break;
        const auto next = desk_.next(day);
        if (!next) break;
        const auto time = std::max(zone.start_of(*next), world_.ledger.head().recorded_at);
        more = co_await round(zone.civil_date(time), time);
    }
    co_return !stopping();
}

awaitable<DutyRunner::Wait> DutyRunner::views_at_head() {
    const std::uint64_t goal = world_.ledger.head().size;
    for (;;) {
        const auto seen = world_.views_grew.rings();
        if (world_.views.position() >= goal) co_return Wait::current;
        if (stopping()) co_return Wait::stopping;
        if (world_.standing.views_failed) co_return Wait::failed;
        co_await world_.views_grew.wait(seen, patience());
    }
}

awaitable<bool> DutyRunner::round(events::Date today, std::optional<events::Instant> demo_time) {
    // Folding reads the log; it must not hold up the sockets.
    auto job = [&]() -> base::Result<std::vector<DutyDesk::Turn>> {
        return desk_.due(today, limits::duties_at_once, demo_time);
    };
    auto turns = co_await world_.workers.run(job);
    if (!turns) turns = job();  // a full queue of readers must not stop the clock
    AppendPipeline pipeline(world_.appends, AppendPipeline::Mode::duties);
    for (auto& turn : *turns) pipeline.try_submit(turn.command);
    bool all_settled = true;
    for (std::size_t i = 0; i < turns->size();) {
        const auto answers = co_await pipeline.take();
        for (const auto& answer : answers) {
            const auto outcome = desk_.note((*turns)[i++], answer);
            world_.metrics.duty(DutyDesk::name_of(outcome));
            if (outcome == DutyDesk::Outcome::put_off) all_settled = false;
        }
    }
    co_return all_settled && !stopping();
}

}  // namespace server
