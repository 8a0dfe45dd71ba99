// The ledger's server behind its port.
#pragma once

#include "server/host.h"
#include "server/services.h"

namespace server {

/// Lifetime: the services must outlive it.
class LedgerHost final : public Host {
public:
    explicit LedgerHost(Services& services) : services_(services) {}

    const base::Clock& clock() const override { return services_.clock; }
    const Bounds& bounds() const override;
    awaitable<base::Result<void>> answer(Connection& connection, const Request& request) override;
    awaitable<base::Result<void>> refuse(Connection& connection, const Request& unread,
                                         const base::Error& why) override;
    void connections(std::size_t open) override;

private:
    Services& services_;
};

}  // namespace server
