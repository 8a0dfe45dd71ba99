#include "server/ledger_host.h"

#include "server/dispatch.h"
#include "server/problem.h"
#include "server/settings.h"

namespace server {

const Bounds& LedgerHost::bounds() const {
    return services_.settings.bounds;
}

awaitable<base::Result<void>> LedgerHost::answer(Connection& connection, const Request& request) {
    return dispatch(services_, connection, request);
}

awaitable<base::Result<void>> LedgerHost::refuse(Connection& connection, const Request& unread,
                                                 const base::Error& why) {
    const Response refused = problem(services_.ledger.codes(), unread, why);
    services_.metrics.answered("none", "OTHER", refused.status, {});
    co_return co_await connection.write(refused);
}

void LedgerHost::connections(std::size_t open) {
    services_.standing.connections = open;
    services_.metrics.connections(open);
}

}  // namespace server
