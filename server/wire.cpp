#include "server/wire.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "server/limits.h"

namespace server {
namespace {

using asio::ip::tcp;

constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

}  // namespace

base::Error connection_closed() {
    return {base::Fault::cancelled, "E_CLOSED", "The connection is closed."};
}

base::Error too_slow() {
    return {base::Fault::invalid, "E_TIMEOUT", "The request did not arrive in time."};
}

Wire::Wire(tcp::socket socket, Duration write_time)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), write_time_(write_time) {
    boost::system::error_code ignored;
    // Answers are written whole; waiting for more would only delay them.
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    boost::system::error_code failed;
    const auto remote = socket_.remote_endpoint(failed);
    if (!failed) peer_ = remote.address().to_string();
}

/// Starts the clock of one read or write; `disarm` stops it.
void Wire::arm(Duration time) {
    timed_out_ = false;
    timer_.expires_after(time);
    // An expiry may already be on its way when the operation ends: it must not hit the next.
    timer_.async_wait(
        [weak = weak_from_this(), mine = ++operation_](const boost::system::error_code& failed) {
            const auto self = weak.lock();
            if (failed || !self || self->operation_ != mine) return;
            self->timed_out_ = true;
            self->cancel();
        });
}

void Wire::disarm() {
    ++operation_;
    timer_.cancel();
}

awaitable<base::Result<void>> Wire::receive(Duration time) {
    const std::size_t before = inbox.size();
    inbox.resize(before + limits::read_bytes);
    arm(time);
    const auto room = asio::buffer(inbox.data() + before, limits::read_bytes);
    const auto [failed, bytes] = co_await socket_.async_read_some(room, as_tuple_awaitable);
    disarm();
    inbox.resize(before + bytes);
    if (timed_out_) co_return too_slow();
    if (failed || bytes == 0) co_return connection_closed();
    co_return base::Result<void>();
}

awaitable<base::Result<void>> Wire::transmit(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, limits::piece_bytes_max);
        arm(write_time_);
        const auto buffer = asio::buffer(part.data(), part.size());
        const auto [failed, sent] = co_await asio::async_write(socket_, buffer, as_tuple_awaitable);
        disarm();
        if (failed || sent != part.size()) co_return connection_closed();
        bytes.remove_prefix(part.size());
    }
    co_return base::Result<void>();
}

void Wire::cancel() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Wire::end_sending() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Wire::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace server
