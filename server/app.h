// The running server: everything that must be alive together, started and stopped in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "server/settings.h"

namespace server {

struct Services;

/// Start: open the ledger (with recovery) and the views, listen, serve; `/readyz` says no until the
/// views have caught up. Drain: `/readyz` says no, stop accepting, say goodbye to subscribers,
/// finish what is under way within Bounds::drain_grace_ms, make accepted commands durable, close.
///
/// Threads:  `start`, `drain` and the destructor from one thread; the rest from any.
/// Lifetime: clock and random must outlive it.
/// Errors:   of Ledger::open and Views::open; `storage` E_LISTEN.
class App {
public:
    static base::Result<std::unique_ptr<App>> start(const Settings& settings,
                                                    const base::Clock& clock, base::Random& random);
    /// Drains if nobody has.
    ~App();

    std::uint16_t port() const;
    std::string address() const;  ///< `http://127.0.0.1:7400`
    bool ready() const;
    /// Waits until the views are current; false when the time is over.
    bool wait_ready(std::chrono::milliseconds timeout) const;
    /// For tests and for `main`; requests use the same.
    Services& services();

    void drain();

private:
    struct State;
    explicit App(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace server
