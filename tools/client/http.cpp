#include "tools/client/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <optional>

namespace tools {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;

namespace {

constexpr std::uint64_t whole_body_max = 1ull << 32;

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// Cuts what has arrived into lines and keeps the unfinished rest.
class LineCutter {
public:
    explicit LineCutter(const HttpClient::Line& line) : line_(line) {}

    bool take(std::string_view bytes) {
        rest_ += bytes;
        std::size_t start = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
            std::string_view line(rest_.data() + start, end - start);
            if (line.ends_with('\r')) line.remove_suffix(1);
            start = end + 1;
            if (!line_(line)) return false;
        }
        rest_.erase(0, start);
        return true;
    }
    bool finish() { return rest_.empty() || line_(rest_); }

private:
    const HttpClient::Line& line_;
    std::string rest_;
};

}  // namespace

std::string Reply::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

struct HttpClient::State {
    Url url;
    asio::io_context io;
    std::optional<beast::tcp_stream> stream;
    beast::flat_buffer buffer;

    /// Runs one asynchronous step to its end, so that its deadline holds.
    template <class Start>
    error_code step(Start start) {
        error_code result;
        start([&result](error_code failed, auto&&...) { result = failed; });
        io.restart();
        io.run();
        return result;
    }

    error_code connect(std::chrono::milliseconds timeout) {
        tcp::resolver resolver(io);
        error_code failed;
        const auto addresses = resolver.resolve(url.host, url.port, failed);
        if (failed) return failed;
        buffer.clear();
        stream.emplace(io);
        stream->expires_after(std::min(timeout, std::chrono::milliseconds(5'000)));
        failed = step([&](auto done) { stream->async_connect(addresses, done); });
        if (failed) {
            stream.reset();
        } else {
            stream->socket().set_option(tcp::no_delay(true), failed);
        }
        return failed;
    }

    http::request<http::string_body> message(const Request& request) const {
        http::request<http::string_body> out;
        out.version(11);
        out.method_string(request.method);
        out.target(url.base + request.target);
        out.set(http::field::host, url.host + ":" + url.port);
        out.set(http::field::user_agent, "talentctl");
        out.set(http::field::accept, request.accept);
        if (!request.content_type.empty()) {
            out.set(http::field::content_type, request.content_type);
        }
        for (const auto& [name, value] : request.headers) out.set(name, value);
        out.body() = request.body;
        if (!request.body.empty() || request.method == "POST") out.prepare_payload();
        return out;
    }

    error_code exchange(const Request& request, const Line* line, Reply& reply, bool& began);
    error_code read_body(const Request& request, const Line* line,
                         http::response_parser<http::buffer_body>& parser, Reply& reply);
    base::Error unreachable(const error_code& why) const;
};

/// Reads the body in pieces. A caller that has heard enough closes the connection.
error_code HttpClient::State::read_body(const Request& request, const Line* line,
                                        http::response_parser<http::buffer_body>& parser,
                                        Reply& reply) {
    std::vector<char> piece(64 * 1024);
    std::optional<LineCutter> cutter;
    if (line != nullptr && reply.good()) cutter.emplace(*line);
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        stream->expires_after(request.timeout);
        error_code failed =
            step([&](auto done) { http::async_read_some(*stream, buffer, parser, done); });
        if (failed == http::error::need_buffer) failed = {};
        if (failed) return failed;
        const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
        if (!cutter) {
            reply.body += got;
        } else if (!cutter->take(got)) {
            stream.reset();
            return {};
        }
    }
    if (cutter) cutter->finish();
    return {};
}

error_code HttpClient::State::exchange(const Request& request, const Line* line, Reply& reply,
                                       bool& began) {
    auto out = message(request);
    stream->expires_after(request.timeout);
    if (auto failed = step([&](auto done) { http::async_write(*stream, out, done); })) {
        return failed;
    }
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(whole_body_max);
    parser.header_limit(64 * 1024);
    parser.skip(request.method == "HEAD");
    stream->expires_after(request.timeout);
    if (auto failed =
            step([&](auto done) { http::async_read_header(*stream, buffer, parser, done); })) {
        return failed;
    }
    began = true;
    reply.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        reply.headers[lower(field.name_string())] = std::string(field.value());
    }
    const bool keep = parser.keep_alive();
    if (auto failed = read_body(request, line, parser, reply)) return failed;
    if (!keep) stream.reset();
    return {};
}

base::Error HttpClient::State::unreachable(const error_code& why) const {
    if (why == beast::error::timeout) {
        return {base::Fault::overloaded, "E_TIMEOUT",
                fmt::format("http://{}:{} has not answered in time", url.host, url.port)};
    }
    return {base::Fault::overloaded, "E_UNREACHABLE",
            fmt::format("nobody answers at http://{}:{}: {}", url.host, url.port, why.message())};
}

HttpClient::HttpClient(Url url) : state_(std::make_unique<State>()) {
    state_->url = std::move(url);
}
HttpClient::~HttpClient() = default;

base::Result<Reply> HttpClient::send(const Request& request) {
    return send(request, Line());
}

base::Result<Reply> HttpClient::send(const Request& request, const Line& line) {
    for (int attempt = 0;; ++attempt) {
        const bool kept = state_->stream.has_value();
        if (!kept) {
            if (auto failed = state_->connect(request.timeout)) return state_->unreachable(failed);
        }
        Reply reply;
        bool began = false;
        const auto failed = state_->exchange(request, line ? &line : nullptr, reply, began);
        if (!failed) return reply;
        state_->stream.reset();
        if (began) {
            if (failed == beast::error::timeout) return state_->unreachable(failed);
            return base::Error{base::Fault::overloaded, "E_CUT_SHORT",
                               "the answer broke off: " + failed.message()};
        }
        // A kept connection may have been closed by the other side while it was idle.
        if (!kept || attempt > 0 || failed == beast::error::timeout) {
            return state_->unreachable(failed);
        }
    }
}

}  // namespace tools
