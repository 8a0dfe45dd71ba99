// Carries out what the clock demands (settled.md 2.10).
#pragma once

#include <atomic>

#include "server/append_queue.h"
#include "server/bell.h"
#include "server/duty_desk.h"
#include "server/metrics.h"
#include "server/services.h"
#include "server/workers.h"

namespace server {

/// A real ledger: `keep` looks at the agenda once a minute and records what is due today.
/// A demonstration ledger: its time moves with what is loaded, so DayGate calls `advance` before
/// a later day begins. Never both.
///
/// Threads:  one task at a time, save `look_now` and `stop`, which any thread may call.
/// Lifetime: everything handed in must outlive it.
class DutyRunner {
public:
    struct World {
        const ledger::Ledger& ledger;
        const projections::Views& views;
        AppendQueue& appends;
        Workers& workers;
        Metrics& metrics;
        Bell& views_grew;
        const Standing& standing;
        const base::Clock& clock;
    };
    explicit DutyRunner(const World& world);

    /// Runs until `stop`.
    awaitable<void> keep();
    /// Records what is due today by the wall clock, once the views are at the head.
    awaitable<void> carry_out();
    /// Records what fell due up to and including `day`, each at the start of its due day or, where
    /// that has passed, at the ledger's time. False if the server is going down.
    /// REQUIRES: a demonstration ledger; nothing else is being recorded.
    awaitable<bool> advance(events::Date day);

    /// `keep` looks at the agenda at once, not only at the next minute.
    void look_now() { wake_.ring(); }
    void stop();
    bool stopping() const { return stopping_ || world_.standing.draining; }
    /// When who waits for a bell should look by itself.
    Bell::Time patience() const;

private:
    enum class Wait { current, failed, stopping };
    awaitable<Wait> views_at_head();
    /// One duty for each of some people. False if one was put off: the rest waits for next time.
    awaitable<bool> round(events::Date today, std::optional<events::Instant> demo_time);

    const World world_;
    DutyDesk desk_;
    Bell wake_;
    std::atomic<bool> stopping_{false};
};

}  // namespace server
