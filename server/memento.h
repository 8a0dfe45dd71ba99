// Asking a view in time by HTTP's own means (RFC 7089): `Accept-Datetime` in, `Memento-Datetime`
// and `Link` out. Its grain is a second; `known_at` is exact and wins.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/ledger.h"
#include "server/message.h"

namespace server {

/// K as `known_at` writes it, from `Accept-Datetime`; nothing if the request has none or names
/// `known_at` itself. Fails with `invalid` E_BAD_HEADER.
base::Result<std::optional<std::string>> known_at_of(const Request& request);

/// Adds what the answer is an earlier state of, and when that was.
/// `known_at`: K as the answer names it; `cursor`: of the next page, empty if there is none. Pages
/// that follow each other are asked at the same K, so they never shift.
void add_memento(const Request& request, const ledger::Ledger& ledger, events::Instant now,
                 std::string_view known_at, std::string_view cursor, Response& response);

}  // namespace server
