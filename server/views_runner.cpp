#include "server/views_runner.h"

#include <chrono>

#include "events/base/log.h"

namespace server {

ViewsRunner::ViewsRunner(const ledger::Ledger& ledger, projections::Views& views, Bell& views_grew,
                         Metrics& metrics, Standing& standing)
    : ledger_(ledger),
      views_(views),
      views_grew_(views_grew),
      metrics_(metrics),
      standing_(standing),
      thread_([this] { run(); }) {}

ViewsRunner::~ViewsRunner() {
    stop();
}

void ViewsRunner::stop() {
    stopping_ = true;
    ledger_.interrupt_waiters();
    if (thread_.joinable()) thread_.join();
}

void ViewsRunner::run() {
    const std::uint64_t goal = ledger_.head().size;
    while (!stopping_) {
        fold();
        if (!standing_.ready && !standing_.views_failed && views_.position() >= goal) {
            standing_.ready = true;
            base::log(base::LogLevel::info, "views are current at {} events", views_.position());
        }
        views_grew_.ring();
        const std::uint64_t seen = standing_.views_failed ? ledger_.head().size : views_.position();
        if (!stopping_) ledger_.wait_past(seen, std::chrono::milliseconds(1'000));
    }
}

void ViewsRunner::fold() {
    const auto folded = views_.catch_up(stopping_);
    if (!folded) standing_.tell_views_trouble(folded.error().code + " " + folded.error().what);
    const bool failed_before = standing_.views_failed.exchange(!folded);
    if (folded) return;
    metrics_.view_failed();
    if (!failed_before)
        base::log(base::LogLevel::error, "the views cannot go on: {} ({})", folded.error().what,
                  folded.error().code);
}

}  // namespace server
