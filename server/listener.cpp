#include "server/listener.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "events/base/log.h"
#include "server/limits.h"
#include "server/trace.h"

namespace server {
namespace {

using asio::ip::tcp;

}  // namespace

Listener::Listener(asio::io_context& io, Host& host, TaskGroup& tasks, std::string trace_prefix)
    : io_(io),
      host_(host),
      tasks_(tasks),
      trace_prefix_(std::move(trace_prefix)),
      acceptor_(asio::make_strand(io)) {}

base::Result<void> Listener::open(const std::string& address, std::uint16_t port) {
    boost::system::error_code failed;
    const tcp::endpoint endpoint(asio::ip::make_address(address, failed), port);
    if (!failed) acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed)
        return base::Error{
            base::Fault::storage, "E_LISTEN",
            fmt::format("Cannot listen on {}:{}: {}.", address, port, failed.message())};
    port_ = acceptor_.local_endpoint().port();
    tasks_.spawn("accepting", acceptor_.get_executor(), accept());
    return {};
}

awaitable<void> Listener::accept() {
    asio::steady_timer pause(acceptor_.get_executor());
    while (!stopping_) {
        const Executor strand = asio::make_strand(io_);
        tcp::socket socket(strand);
        const auto [failed] =
            co_await acceptor_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (stopping_) break;
        if (failed) {
            // Out of file descriptors, most likely: those who are here are still served.
            base::log(base::LogLevel::warning, "accept failed: {}", failed.message());
            pause.expires_after(limits::accept_pause);
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        if (open_ >= limits::connections_max) continue;  // closes it
        auto connection = std::make_shared<Connection>(std::move(socket), host_.clock(),
                                                       host_.bounds());
        tasks_.spawn("connection", strand, serve(std::move(connection)));
    }
}

/// A connection is known for exactly as long as it is served.
class Listener::Guest {
public:
    Guest(Listener& listener, const std::shared_ptr<Connection>& connection)
        : listener_(listener), key_(connection.get()) {
        const std::lock_guard lock(listener_.guard_);
        listener_.connections_.emplace(key_, connection);
        listener_.host_.connections(++listener_.open_);
    }
    ~Guest() {
        const std::lock_guard lock(listener_.guard_);
        listener_.connections_.erase(key_);
        listener_.host_.connections(--listener_.open_);
    }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

private:
    Listener& listener_;
    Connection* const key_;
};

awaitable<void> Listener::serve(std::shared_ptr<Connection> connection) {
    const Guest guest(*this, connection);
    if (stopping_) connection->close_when_idle();
    const auto ended = co_await converse(*connection);
    const bool aborted = !ended && connection->midway();
    if (aborted)
        connection->abort();
    else
        co_await connection->close();
}

awaitable<base::Result<void>> Listener::converse(Connection& connection) {
    for (;;) {
        auto request = co_await connection.read_request();
        if (!request && request.error().fault == base::Fault::cancelled) co_return request.error();
        if (!request) {
            Request unread;
            name_request(unread, connection);
            co_return co_await host_.refuse(connection, unread, request.error());
        }
        name_request(*request, connection);
        auto answered = co_await host_.answer(connection, *request);
        if (!answered) co_return answered;
        if (!connection.reusable()) co_return base::Result<void>();
    }
}

void Listener::name_request(Request& request, Connection& connection) {
    const std::uint64_t number = ++requests_;
    request.request_id = fmt::format("{}{:016x}", trace_prefix_, number);
    // Who brings no trace begins one here, under the request's own id.
    const auto trace =
        TraceContext::of(request).value_or(TraceContext{request.request_id, "00", {}});
    request.trace_id = trace.trace_id;
    connection.accompany({"Ledger-Request-Id", request.request_id});
    connection.accompany({"traceparent", trace.traceparent(number)});
    if (!trace.state.empty()) connection.accompany({"tracestate", trace.state});
}

void Listener::stop_accepting() {
    stopping_ = true;
    asio::post(acceptor_.get_executor(), [this] {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    });
}

void Listener::close_idle() {
    const std::lock_guard lock(guard_);
    for (const auto& [pointer, weak] : connections_)
        if (const auto connection = weak.lock()) connection->close_when_idle();
}

void Listener::abort_all() {
    const std::lock_guard lock(guard_);
    for (const auto& [pointer, weak] : connections_)
        if (const auto connection = weak.lock()) connection->abort();
}

}  // namespace server
