// A server without a ledger: it only witnesses and mirrors other people's logs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "server/settings.h"

namespace server {

/// Serves `/witness/`, `/livez`, `/readyz` and `/metrics`.
///
/// Threads:  `start`, `drain` and the destructor from one thread; the rest from any.
/// Lifetime: clock and random must outlive it.
/// Errors:   of Neighbours::open; `storage` E_LISTEN.
class NeighbourApp {
public:
    static base::Result<std::unique_ptr<NeighbourApp>> start(const Settings& settings,
                                                             const base::Clock& clock,
                                                             base::Random& random);
    /// Drains if nobody has.
    ~NeighbourApp();

    std::uint16_t port() const;
    std::string address() const;  ///< `http://127.0.0.1:7400`
    void drain();

private:
    struct State;
    explicit NeighbourApp(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// How a server is reached: `http://127.0.0.1:7400`, `http://[::1]:7400`.
std::string address_of(const std::string& host, std::uint16_t port);

}  // namespace server
