#include "tools/client/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <optional>

#include "tools/client/curl.h"

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
    using Plain = beast::tcp_stream;
    using Secure = asio::ssl::stream<beast::tcp_stream>;

    State(Url given, Options chosen) : url(std::move(given)), options(std::move(chosen)) {}

    const Url url;
    const Options options;
    asio::io_context io;
    std::optional<asio::ssl::context> tls;
    std::optional<Plain> plain;
    std::optional<Secure> secure;
    beast::flat_buffer buffer;

    bool connected() const { return plain || secure; }
    void disconnect() {
        plain.reset();
        secure.reset();
    }

    /// Runs one asynchronous step to its end, so that its deadline holds.
    template <class Start>
    error_code step(Start start) {
        std::optional<error_code> result;
        start([&result](error_code failed, auto&&...) { result = failed; });
        run_until(result);
        return *result;
    }
    void run_until(const std::optional<error_code>& result) {
        while (!result) {
            if (io.stopped()) io.restart();
            io.run_one();
        }
    }

    error_code connect(std::chrono::milliseconds timeout);
    error_code connect_tcp(Plain& stream, std::chrono::milliseconds timeout);
    error_code greet(std::chrono::milliseconds timeout);
    error_code trust();

    http::request<http::string_body> message(const Request& request) const;
    error_code exchange(const Request& request, const Line* line, Reply& reply, bool& began) {
        return secure ? exchange_on(*secure, request, line, reply, began)
                      : exchange_on(*plain, request, line, reply, began);
    }
    template <class Stream>
    error_code exchange_on(Stream& stream, const Request& request, const Line* line, Reply& reply,
                           bool& began);
    template <class Stream>
    error_code read_answer(Stream& stream, const Request& request, const Line* line, Reply& reply,
                           bool& began, bool& keep);
    template <class Stream>
    error_code read_body(Stream& stream, const Request& request, const Line* line,
                         http::response_parser<http::buffer_body>& parser, Reply& reply,
                         bool& keep);
    base::Error unreachable(const error_code& why) const;
};

error_code HttpClient::State::connect(std::chrono::milliseconds timeout) {
    buffer.clear();
    const auto patience = std::min(timeout, std::chrono::milliseconds(5'000));
    if (!url.secure) {
        plain.emplace(io);
        const auto failed = connect_tcp(*plain, patience);
        if (failed) disconnect();
        return failed;
    }
    if (const auto failed = trust()) return failed;
    secure.emplace(io, *tls);
    auto failed = connect_tcp(beast::get_lowest_layer(*secure), patience);
    if (!failed) failed = greet(patience);
    if (failed) disconnect();
    return failed;
}

error_code HttpClient::State::connect_tcp(Plain& stream, std::chrono::milliseconds timeout) {
    tcp::resolver resolver(io);
    error_code failed;
    const auto addresses = resolver.resolve(url.host, url.port, failed);
    if (failed) return failed;
    stream.expires_after(timeout);
    failed = step([&](auto done) { stream.async_connect(addresses, done); });
    if (!failed) stream.socket().set_option(tcp::no_delay(true), failed);
    return failed;
}

/// Whose certificates are believed: those of the system, or those of the file alone.
error_code HttpClient::State::trust() {
    if (tls) return {};
    tls.emplace(asio::ssl::context::tls_client);
    error_code failed;
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    if (options.ca.empty()) {
        tls->set_default_verify_paths(failed);
    } else {
        tls->load_verify_file(options.ca, failed);
    }
    if (failed) tls.reset();
    return failed;
}

error_code HttpClient::State::greet(std::chrono::milliseconds timeout) {
    error_code not_an_address;
    asio::ip::make_address(url.host, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(secure->native_handle(), url.host.c_str());
    secure->set_verify_mode(asio::ssl::verify_peer);
    secure->set_verify_callback(asio::ssl::host_name_verification(url.host));
    beast::get_lowest_layer(*secure).expires_after(timeout);
    return step([&](auto done) { secure->async_handshake(asio::ssl::stream_base::client, done); });
}

http::request<http::string_body> HttpClient::State::message(const Request& request) const {
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(url.base + request.target);
    out.set(http::field::host, url.host + ":" + url.port);
    out.set(http::field::user_agent, "talentctl");
    out.set(http::field::accept, request.accept);
    if (!request.content_type.empty()) out.set(http::field::content_type, request.content_type);
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.body() = request.body;
    if (!request.body.empty() || request.method == "POST") out.prepare_payload();
    return out;
}

/// Reads the body in pieces. A caller that has heard enough leaves the rest on the connection.
template <class Stream>
error_code HttpClient::State::read_body(Stream& stream, const Request& request, const Line* line,
                                        http::response_parser<http::buffer_body>& parser,
                                        Reply& reply, bool& keep) {
    std::vector<char> piece(64 * 1024);
    std::optional<LineCutter> cutter;
    if (line != nullptr && reply.good()) cutter.emplace(*line);
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        beast::get_lowest_layer(stream).expires_after(request.timeout);
        error_code failed =
            step([&](auto done) { http::async_read_some(stream, buffer, parser, done); });
        if (failed == http::error::need_buffer) failed = {};
        if (failed) return failed;
        const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
        if (!cutter) {
            reply.body += got;
        } else if (!cutter->take(got)) {
            keep = false;
            return {};
        }
    }
    if (cutter) cutter->finish();
    return {};
}

template <class Stream>
error_code HttpClient::State::read_answer(Stream& stream, const Request& request, const Line* line,
                                          Reply& reply, bool& began, bool& keep) {
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(whole_body_max);
    parser.header_limit(64 * 1024);
    parser.skip(request.method == "HEAD");
    beast::get_lowest_layer(stream).expires_after(request.timeout);
    if (auto failed =
            step([&](auto done) { http::async_read_header(stream, buffer, parser, done); })) {
        return failed;
    }
    began = true;
    reply.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        reply.headers[lower(field.name_string())] = std::string(field.value());
    }
    keep = parser.keep_alive();
    return read_body(stream, request, line, parser, reply, keep);
}

/// Writes and reads at the same time: a bulk load is answered while it is being sent.
template <class Stream>
error_code HttpClient::State::exchange_on(Stream& stream, const Request& request, const Line* line,
                                          Reply& reply, bool& began) {
    auto out = message(request);
    std::optional<error_code> written;
    beast::get_lowest_layer(stream).expires_after(request.timeout);
    http::async_write(stream, out, [&](error_code failed, std::size_t) { written = failed; });
    bool keep = false;
    const auto failed = read_answer(stream, request, line, reply, began, keep);
    // An answer before the end of the request means that the rest of it is not wanted.
    if (!written || failed) beast::get_lowest_layer(stream).close();
    keep = keep && written && !*written;
    run_until(written);
    if (!keep) disconnect();
    return failed;
}

base::Error HttpClient::State::unreachable(const error_code& why) const {
    const auto where = url.origin();
    if (why == beast::error::timeout) {
        return {base::Fault::overloaded, "E_TIMEOUT",
                fmt::format("{} has not answered in time", where)};
    }
    if (why.category() == asio::error::get_ssl_category()) {
        return {base::Fault::invalid, "E_TLS", fmt::format("{}: {}", where, why.message())};
    }
    return {base::Fault::overloaded, "E_UNREACHABLE",
            fmt::format("nobody answers at {}: {}", where, why.message())};
}

HttpClient::HttpClient(Url url, Options options)
    : state_(std::make_unique<State>(std::move(url), std::move(options))) {}
HttpClient::~HttpClient() = default;

base::Result<Reply> HttpClient::send(const Request& request) {
    return send(request, Line());
}

base::Result<Reply> HttpClient::send(const Request& request, const Line& line) {
    if (auto* out = state_->options.print_only) {
        fmt::print(out, "{}\n", curl_line(state_->url, request));
        return base::Error{base::Fault::cancelled, printed_only, "printed, not sent"};
    }
    for (int attempt = 0;; ++attempt) {
        const bool kept = state_->connected();
        if (!kept) {
            if (auto failed = state_->connect(request.timeout)) return state_->unreachable(failed);
        }
        Reply reply;
        bool began = false;
        const auto failed = state_->exchange(request, line ? &line : nullptr, reply, began);
        if (!failed) return reply;
        state_->disconnect();
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
