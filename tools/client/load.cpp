#include "tools/client/load.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <vector>

namespace tools {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

/// What all connections share; one thread, so nothing is locked.
struct Load {
    const base::Clock& clock;
    const NextRequest& next;
    base::Clock::Instant end;
    std::vector<float> latencies;
    std::uint64_t failed = 0;
    std::string broken;
};

asio::awaitable<void> ask_on(tcp::socket& socket, Load& load) {
    beast::flat_buffer buffer;
    for (;;) {
        const auto started = load.clock.now();
        if (started >= load.end) co_return;
        const std::string request = load.next();
        if (request.empty()) co_return;
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        http::response<http::string_body> answer;
        co_await http::async_read(socket, buffer, answer, asio::use_awaitable);
        const auto took = load.clock.now() - started;
        load.latencies.push_back(std::chrono::duration<float, std::milli>(took).count());
        if (answer.result_int() < 200 || answer.result_int() > 299) {
            if (load.failed++ == 0) load.broken = answer.body();
        }
    }
}

asio::awaitable<void> one_connection(tcp::endpoint server, Load& load) {
    try {
        tcp::socket socket(co_await asio::this_coro::executor);
        co_await socket.async_connect(server, asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        co_await ask_on(socket, load);
    } catch (const boost::system::system_error& failure) {
        if (load.broken.empty()) load.broken = failure.what();
    }
}

double percentile(std::vector<float>& values, double share) {
    if (values.empty()) return 0;
    const auto index = static_cast<std::size_t>(static_cast<double>(values.size() - 1) * share);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                     values.end());
    return static_cast<double>(values[index]);
}

asio::awaitable<void> answer_on(tcp::socket socket) {
    static const std::string body(300, 'x');
    try {
        socket.set_option(tcp::no_delay(true));
        beast::flat_buffer buffer;
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(socket, buffer, request, asio::use_awaitable);
            http::response<http::string_body> answer(http::status::ok, 11);
            answer.set(http::field::content_type, "application/json");
            answer.body() = body;
            answer.prepare_payload();
            co_await http::async_write(socket, answer, asio::use_awaitable);
        }
    } catch (const boost::system::system_error&) {
        // The other side has left.
    }
}

/// What escapes from a connection ends the measurement: the figures would be worthless.
void end_on_failure(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor) {
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), answer_on(std::move(socket)), end_on_failure);
    }
}

}  // namespace

base::Result<LoadResult> run_load(const base::Clock& clock, const LoadOptions& options,
                                  const NextRequest& next) {
    asio::io_context io(1);
    const auto started = clock.now();
    const auto length = std::chrono::duration_cast<base::Clock::Instant::duration>(
        std::chrono::duration<double>(options.seconds));
    Load load{clock, next, started + length, {}, 0, {}};
    const tcp::endpoint server(asio::ip::make_address(options.host), options.port);
    for (std::size_t i = 0; i < options.connections; ++i) {
        asio::co_spawn(io, one_connection(server, load), end_on_failure);
    }
    io.run();
    LoadResult result;
    result.requests = load.latencies.size();
    result.failed = load.failed;
    result.seconds = std::chrono::duration<double>(clock.now() - started).count();
    result.p50_ms = percentile(load.latencies, 0.5);
    result.p99_ms = percentile(load.latencies, 0.99);
    if (result.requests == 0 || result.failed > 0) {
        return base::Error{base::Fault::overloaded, "E_UNREACHABLE",
                           "the load met a failure: " + load.broken};
    }
    return result;
}

void serve_minimal(const std::function<void(std::uint16_t)>& ready) {
    asio::io_context io(1);
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    ready(acceptor.local_endpoint().port());
    asio::co_spawn(io, accept_all(acceptor), end_on_failure);
    io.run();
}

}  // namespace tools
