// The body of a request, expanded where it comes compressed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/connection.h"
#include "server/packing.h"

namespace server {

/// Reads gzip and zstd as well as plain bodies. However small a body is on the wire, no more than
/// one piece of it is ever expanded ahead.
///
/// Lifetime: the connection must outlive it.
/// Errors:   those of Connection::read_body_piece; `invalid` E_CONTENT_CODING (415) for a coding
///           that is not known, E_BAD_CODING, E_BODY_TOO_LARGE.
class RequestBody {
public:
    static base::Result<RequestBody> of(Connection& connection, const Request& request);

    /// The next piece, valid until the next call; empty at the end. A compressed body that grows
    /// past limits::inflated_bytes_free by more than limits::inflation_max fold is refused.
    awaitable<base::Result<std::string_view>> piece(bool patient = false);
    /// The whole body. Refused past `bytes_max`, before reading it where its length was announced.
    awaitable<base::Result<std::string>> whole(std::size_t bytes_max);

private:
    explicit RequestBody(Connection& connection) : connection_(&connection) {}
    base::Result<std::string_view> expanded();

    Connection* connection_;
    std::unique_ptr<Unpacker> unpacker_;  ///< null for a plain body
    std::uint64_t received_ = 0, expanded_ = 0;
};

}  // namespace server
