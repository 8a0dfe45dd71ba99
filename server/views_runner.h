// Keeps the views current.
#pragma once

#include <atomic>
#include <thread>

#include "ledger/ledger.h"
#include "projections/views.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/services.h"

namespace server {

/// One thread that waits for commits and folds them. After its first catch-up to the head found at
/// start the standing is `ready`. A failed catch-up is logged once, counted, and tried again.
///
/// Lifetime: everything handed in must outlive it.
class ViewsRunner {
public:
    ViewsRunner(const ledger::Ledger& ledger, projections::Views& views, Bell& views_grew,
                Metrics& metrics, Standing& standing);
    ~ViewsRunner();
    void stop();

private:
    void run();
    void fold();

    const ledger::Ledger& ledger_;
    projections::Views& views_;
    Bell& views_grew_;
    Metrics& metrics_;
    Standing& standing_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace server
