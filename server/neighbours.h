// What this server does for other people's logs: witnesses and mirrors them.
#pragma once

#include <memory>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "server/async.h"
#include "server/connection.h"
#include "server/message.h"
#include "server/mirror.h"
#include "server/settings.h"
#include "server/witness.h"
#include "server/workers.h"

namespace server {

/// Answers everything under `/witness/` and `/mirror/`. No role is needed: what is asked proves
/// itself by a signature, and what is given is for everybody.
///
/// Threads:  safe from any. Lifetime: the clock must outlive it.
class Neighbours {
public:
    /// Opens what the settings name. Errors: those of Witness::open and
    /// Mirror::open.
    static base::Result<std::unique_ptr<Neighbours>> open(const Settings& settings,
                                                          const base::Clock& clock,
                                                          base::Random& random);

    /// Whether the request is for somebody here.
    bool serve(const Request& request) const;
    /// Fails only as a body that cannot be read does, and with `overloaded` E_OVERLOADED.
    awaitable<base::Result<Response>> answer(const Request& request, Connection& connection,
                                             Workers& workers);

private:
    awaitable<base::Result<Response>> witnessing(const Request& request, Connection& connection,
                                                 Workers& workers);

    awaitable<base::Result<Response>> mirroring(const Request& request, Connection& connection,
                                                Workers& workers);
    awaitable<base::Result<Response>> take_entries(const Request& request, Connection& connection,
                                                   Workers& workers);

    std::unique_ptr<Witness> witness_;
    std::unique_ptr<Mirror> mirror_;
};

}  // namespace server
