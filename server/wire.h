// The bytes of one connection, with a clock on every read and write.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "server/async.h"

namespace server {

/// A socket whose operations end in time, and what has been received from it but not yet read.
///
/// Threads:  one strand.
/// Lifetime: shared, because an expiry may come when its operation is over.
/// Errors:   `cancelled` E_CLOSED when the peer has gone; `invalid` E_TIMEOUT.
class Wire : public std::enable_shared_from_this<Wire> {
public:
    using Duration = std::chrono::steady_clock::duration;

    Wire(asio::ip::tcp::socket socket, Duration write_time);

    const std::string& peer() const { return peer_; }  ///< address of the other side
    Executor executor() { return socket_.get_executor(); }

    /// Adds what has come to `inbox`.
    awaitable<base::Result<void>> receive(Duration time);
    awaitable<base::Result<void>> transmit(std::string_view bytes);

    void cancel();
    void end_sending();
    void close();

    std::string inbox;

private:
    void arm(Duration time);
    void disarm();

    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    const Duration write_time_;
    std::string peer_;
    std::uint64_t operation_ = 0;
    bool timed_out_ = false;
};

base::Error connection_closed();
base::Error too_slow();

}  // namespace server
