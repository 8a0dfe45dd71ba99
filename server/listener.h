// Accepts connections and talks to each until it ends.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "events/base/result.h"
#include "server/connection.h"
#include "server/host.h"
#include "server/task_group.h"

namespace server {

/// One coroutine accepts; each connection has one of its own on its own strand.
///
/// Threads:  `open`, `stop_accepting`, `close_idle`, `abort_all` from any one thread.
/// Lifetime: host and tasks must outlive it.
class Listener {
public:
    Listener(asio::io_context& io, Host& host, TaskGroup& tasks, std::string trace_prefix);

    /// Binds and begins to accept. Fails with `storage` E_LISTEN.
    base::Result<void> open(const std::string& address, std::uint16_t port);
    std::uint16_t port() const { return port_; }

    void stop_accepting();
    /// Connections between two requests close now, the others after their answer.
    void close_idle();
    void abort_all();

private:
    class Guest;

    awaitable<void> accept();
    awaitable<void> serve(std::shared_ptr<Connection> connection);
    awaitable<base::Result<void>> converse(Connection& connection);
    /// Gives the request its id and trace, and has the answer tell them.
    void name_request(Request& request, Connection& connection);

    asio::io_context& io_;
    Host& host_;
    TaskGroup& tasks_;
    const std::string trace_prefix_;  ///< of this process, 16 hexadecimal digits
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> open_{0};
    std::mutex guard_;
    std::map<Connection*, std::weak_ptr<Connection>> connections_;
};

}  // namespace server
