// One client's connection: HTTP/1.1 on the wire, plain requests and answers above it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "events/base/clock.h"
#include "events/base/result.h"
#include "server/async.h"
#include "server/bounds.h"
#include "server/message.h"

namespace server {

/// Reads one request at a time and writes its answer. Every system error code is turned into a
/// Result in the function that met it.
///
/// Strict where the standard lets a server be: bare line feeds, folded header lines, both lengths,
/// a transfer coding other than `chunked`, a second Host are refused with 400 and the connection
/// closes, so that no proxy before us can read a request differently.
///
/// Threads:  one strand, except where a function says otherwise.
/// Errors:   `cancelled` E_CLOSED when the peer has gone, was too slow, or we are stopping;
///           everything else can be answered to the peer.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// Lifetime: clock and bounds must outlive it.
    Connection(asio::ip::tcp::socket socket, const base::Clock& clock, const Bounds& bounds);
    ~Connection();

    // -- the request ----------------------------------------------------------------------------
    /// Waits for the next request and reads its head.
    /// Errors: `invalid` E_BAD_REQUEST, E_HEADER_TOO_LARGE, E_URI_TOO_LONG, E_NOT_IMPLEMENTED ...
    awaitable<base::Result<Request>> read_request();
    /// The next piece of the body, valid until the next call; empty at its end.
    /// `patient`: the client may pause between pieces as long as it likes to.
    /// Errors: `invalid` E_BAD_REQUEST (broken framing), E_TIMEOUT.
    awaitable<base::Result<std::string_view>> read_body_piece(bool patient = false);
    /// The length of the body, where the head has told it.
    std::optional<std::uint64_t> body_announced() const;

    // -- the answer -----------------------------------------------------------------------------
    /// A field that the answer to this request will carry, whoever writes it.
    void accompany(Header field);
    awaitable<base::Result<void>> write(const Response& response);
    /// Begins an answer of unknown length.
    awaitable<base::Result<void>> start(const Response& head);
    awaitable<base::Result<void>> write_piece(std::string_view piece);
    /// `trailer`: fields known only now; left out where the answer is not sent in chunks.
    awaitable<base::Result<void>> finish(std::vector<Header> trailer = {});
    /// Whether an answer has begun that was not finished: nothing else can be said any more.
    bool midway() const;

    /// Whether another request may follow on this connection.
    bool reusable() const;
    /// Closes so that the peer still gets the answer: waits a little for it to stop sending.
    awaitable<void> close();

    // -- from any thread ------------------------------------------------------------------------
    /// Closes if no request is under way; otherwise after its answer.
    void close_when_idle();
    /// Closes now.
    void abort();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace server
