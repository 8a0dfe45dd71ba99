// Whoever answers behind a port: the ledger's server, or a witness by itself.
#pragma once

#include <cstddef>

#include "events/base/clock.h"
#include "events/base/result.h"
#include "server/bounds.h"
#include "server/connection.h"

namespace server {

/// Threads: any; a request is answered on its connection's strand.
class Host {
public:
    virtual ~Host() = default;

    virtual const base::Clock& clock() const = 0;
    virtual const Bounds& bounds() const = 0;
    /// Answers a request over its connection. Fails when the connection must close.
    virtual awaitable<base::Result<void>> answer(Connection& connection,
                                                 const Request& request) = 0;
    /// Answers what could not be read as a request; `unread` holds its ids only.
    virtual awaitable<base::Result<void>> refuse(Connection& connection, const Request& unread,
                                                 const base::Error& why) = 0;
    /// How many connections are open now.
    virtual void connections(std::size_t open) = 0;
};

}  // namespace server
