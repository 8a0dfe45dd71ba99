// What the routes may use.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "events/base/clock.h"
#include "ledger/ledger.h"
#include "ledger/notary.h"
#include "projections/views.h"
#include "server/append_queue.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/workers.h"

namespace ledger {
class Completeness;
}

namespace server {

class Checkpointer;
class DutyRunner;
class LogSource;
class Neighbours;
class RateLimiter;
class ViewLag;
struct Settings;

/// Whether the server may be asked, and how many are asking.
struct Standing {
    std::atomic<bool> ready{false};     ///< replayed and views current since the start
    std::atomic<bool> draining{false};  ///< no new work, finish what is under way
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> subscribers{0};
    std::atomic<std::size_t> bulk_loads{0};
    std::atomic<bool> views_failed{false};

    /// Why the views cannot go on, and where; empty if they can.
    void tell_views_trouble(std::string what) {
        const std::lock_guard lock(guard_);
        views_trouble_ = std::move(what);
    }
    std::string views_trouble() const {
        const std::lock_guard lock(guard_);
        return views_trouble_;
    }

private:
    mutable std::mutex guard_;
    std::string views_trouble_;
};

/// Threads:  each member by its own rules.
/// Lifetime: the App owns everything named here and outlives every request.
struct Services {
    ledger::Ledger& ledger;
    const projections::Views& views;
    AppendQueue& appends;
    Workers& workers;
    Metrics& metrics;
    Bell& log_grew;    ///< rung after each commit
    Bell& views_grew;  ///< rung when the views have folded more
    Standing& standing;
    const base::Clock& clock;
    DutyRunner& duties;
    const Settings& settings;
    RateLimiter& rates;
    ViewLag& lag;  ///< of the views behind the log
    ledger::Notary& notary;
    /// What `/log/` shows. May be turned to another tree in a copy of the services.
    std::reference_wrapper<const LogSource> log;
    const Checkpointer& checkpointer;
    const ledger::Completeness& completeness;
    Neighbours& neighbours;  ///< whose logs are witnessed here

    /// What "now" means to questions: the wall clock, or in a demonstration ledger the time of
    /// its last event (settled.md 4).
    events::Instant now() const;
};

}  // namespace server
