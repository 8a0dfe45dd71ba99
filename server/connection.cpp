#include "server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <utility>

#include "server/http_date.h"
#include "server/limits.h"
#include "server/target.h"

namespace server {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
using Parser = http::request_parser<http::buffer_body>;
using Duration = std::chrono::steady_clock::duration;

constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

base::Error closed() {
    return {base::Fault::cancelled, "E_CLOSED", "The connection is closed."};
}
base::Error bad(std::string what) {
    return {base::Fault::invalid, "E_BAD_REQUEST", std::move(what)};
}
base::Error too_slow() {
    return {base::Fault::invalid, "E_TIMEOUT", "The request did not arrive in time."};
}

Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::post:
            return Method::post;
        case http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& each : out)
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    return out;
}

/// What two readers of the same bytes could understand differently, refused before parsing.
base::Result<void> judge_head_bytes(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        const char each = head[i];
        if (each == '\n' && (i == 0 || head[i - 1] != '\r')) return bad("A line ends without CR.");
        if (each == '\r' && i + 1 < head.size() && head[i + 1] != '\n')
            return bad("A carriage return stands inside a line.");
        if (each == '\0') return bad("The header contains a zero byte.");
        if (each == '\n' && i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t'))
            return bad("A header line is folded.");
    }
    return {};
}

std::size_t count_of(const std::vector<Header>& headers, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(), [&](const Header& each) { return each.name == name; }));
}

/// Fields on which the meaning of the whole request hangs must be there once and be plain.
base::Result<void> judge_fields(const Request& request, unsigned version) {
    for (const std::string_view name : {"host", "content-length", "transfer-encoding",
                                        "content-type", "ledger-actor", "idempotency-key"})
        if (count_of(request.headers, name) > 1)
            return bad(fmt::format("The header {} is given twice.", name));
    if (const std::string* length = request.header("content-length"))
        if (length->find_first_not_of("0123456789") != std::string::npos)
            return bad("Content-Length is not a number.");
    if (version >= 11 && !request.header("host")) return bad("The header host is missing.");
    if (const std::string* coding = request.header("transfer-encoding")) {
        if (version < 11) return bad("HTTP/1.0 has no transfer codings.");
        if (lower(*coding) != "chunked")
            return base::Error{base::Fault::invalid, "E_TRANSFER_CODING",
                               "Only the transfer coding `chunked` is understood."};
        if (request.header("content-length")) return bad("Both lengths are given.");
    }
    return {};
}

}  // namespace

struct Connection::State : std::enable_shared_from_this<Connection::State> {
    State(tcp::socket moved, const base::Clock& given)
        : socket(std::move(moved)), timer(socket.get_executor()), clock(given) {}

    tcp::socket socket;
    asio::steady_timer timer;
    const base::Clock& clock;
    std::string inbox;  ///< received, not yet read
    std::string piece;  ///< of the body
    std::optional<Parser> parser;
    std::uint64_t operation = 0;
    bool timed_out = false;
    bool idle = false;      ///< between two requests
    bool idle_end = false;  ///< ended between two requests
    bool closing = false;   ///< after this answer
    bool keep_alive = false;
    bool chunked = false;   ///< of the answer
    bool bodiless = false;  ///< the answer to HEAD
    bool midway = false;
    bool continue_wanted = false;
    std::uint64_t body_bytes = 0;
    Duration body_waited{};

    /// Starts the clock of one read or write; `disarm` stops it.
    void arm(Duration time) {
        timed_out = false;
        timer.expires_after(time);
        // An expiry may already be on its way when the operation ends: it must not hit the next.
        timer.async_wait(
            [weak = weak_from_this(), mine = ++operation](const boost::system::error_code& failed) {
                const auto self = weak.lock();
                if (failed || !self || self->operation != mine) return;
                self->timed_out = true;
                boost::system::error_code ignored;
                self->socket.cancel(ignored);
            });
    }
    void disarm() {
        ++operation;
        timer.cancel();
    }

    /// Adds what has come to the inbox.
    awaitable<base::Result<void>> receive(Duration time) {
        const std::size_t before = inbox.size();
        inbox.resize(before + limits::read_bytes);
        arm(time);
        const auto room = asio::buffer(inbox.data() + before, limits::read_bytes);
        const auto [failed, bytes] = co_await socket.async_read_some(room, as_tuple_awaitable);
        disarm();
        inbox.resize(before + bytes);
        if (timed_out) co_return too_slow();
        if (failed || bytes == 0) co_return closed();
        co_return base::Result<void>();
    }

    awaitable<base::Result<void>> transmit(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::string_view part = bytes.substr(0, limits::piece_bytes_max);
            arm(limits::write_time_max);
            const auto buffer = asio::buffer(part.data(), part.size());
            const auto [failed, sent] =
                co_await asio::async_write(socket, buffer, as_tuple_awaitable);
            disarm();
            if (failed || sent != part.size()) {
                keep_alive = false;
                co_return closed();
            }
            bytes.remove_prefix(part.size());
        }
        co_return base::Result<void>();
    }

    awaitable<base::Result<std::size_t>> receive_head();
    base::Result<Request> parse_head(std::size_t bytes);
    base::Result<std::size_t> take_body();
    std::string head_of(const Response& response, std::optional<std::size_t> length);
};

Connection::Connection(tcp::socket socket, const base::Clock& clock)
    : state_(std::make_shared<State>(std::move(socket), clock)) {
    boost::system::error_code ignored;
    // Answers are written whole; waiting for more would only delay them.
    state_->socket.set_option(tcp::no_delay(true), ignored);
    state_->socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

Connection::~Connection() = default;

/// Bytes of the head in the inbox, its empty line included.
awaitable<base::Result<std::size_t>> Connection::State::receive_head() {
    const auto deadline = clock.now() + limits::header_time_max;
    for (;;) {
        // A client may send an empty line after a body (RFC 9112, 2.2).
        while (inbox.starts_with("\r\n")) inbox.erase(0, 2);
        const std::size_t end = inbox.find("\r\n\r\n");
        const std::size_t known = end == std::string::npos ? inbox.size() : end + 4;
        const auto judged = judge_head_bytes(std::string_view(inbox).substr(0, known));
        if (!judged) co_return judged.error();
        if (std::min(inbox.find("\r\n"), known) > limits::target_bytes_max)
            co_return base::Error{base::Fault::invalid, "E_URI_TOO_LONG",
                                  "The request line is too long."};
        if (known > limits::header_bytes_max)
            co_return base::Error{base::Fault::invalid, "E_HEADER_TOO_LARGE",
                                  "The header fields are too large."};
        if (end != std::string::npos) co_return known;
        const auto left = deadline - clock.now();
        if (left <= Duration::zero()) co_return too_slow();
        const auto received = co_await receive(left);
        if (!received) co_return received.error();
    }
}

base::Result<Request> Connection::State::parse_head(std::size_t bytes) {
    parser.emplace();
    parser->eager(false);
    parser->header_limit(static_cast<std::uint32_t>(limits::header_bytes_max));
    parser->body_limit(boost::none);
    boost::system::error_code failed;
    parser->put(asio::buffer(inbox.data(), bytes), failed);
    inbox.erase(0, bytes);
    if (failed == http::error::bad_version)
        return base::Error{base::Fault::invalid, "E_HTTP_VERSION", "Only HTTP/1.1 is spoken."};
    if (failed || !parser->is_header_done()) return bad("The request is not well-formed HTTP.");

    const auto& head = parser->get();
    Request request;
    request.arrived = clock.now();
    request.method = method_of(head.method());
    if (head.method() != http::verb::unknown) request.method_text = head.method_string();
    request.target = head.target();
    for (const auto& field : head)
        request.headers.push_back({lower({field.name_string().data(), field.name_string().size()}),
                                   std::string(field.value())});
    const auto judged = judge_fields(request, head.version());
    if (!judged) return judged.error();
    if (request.target != "*") {
        auto target = Target::parse(request.target);
        if (!target) return target.error();
        request.segments = std::move(target->segments);
        request.query = std::move(target->query);
    }
    request.has_body = !parser->is_done();
    chunked = head.version() >= 11;
    bodiless = request.method == Method::head;
    keep_alive = head.keep_alive() && chunked;
    if (const std::string* expect = request.header("expect"))
        continue_wanted = lower(*expect) == "100-continue" && request.has_body;
    return request;
}

awaitable<base::Result<Request>> Connection::read_request() {
    State& state = *state_;
    state.midway = state.continue_wanted = state.keep_alive = false;
    state.body_bytes = 0;
    state.body_waited = {};
    state.parser.reset();
    if (state.inbox.empty()) {
        state.idle_end = true;
        if (state.closing) co_return closed();
        state.idle = true;
        const auto received = co_await state.receive(limits::idle_time_max);
        state.idle = false;
        if (!received) co_return closed();
        state.idle_end = false;
    }
    const auto head = co_await state.receive_head();
    if (!head) co_return head.error();
    co_return state.parse_head(*head);
}

/// Lets the parser take what the inbox has of the body. Gives the bytes put into `piece`.
base::Result<std::size_t> Connection::State::take_body() {
    auto& body = parser->get().body();
    piece.resize(limits::read_bytes);
    std::size_t used = 0, produced = 0;
    while (produced == 0 && !parser->is_done() && used < inbox.size()) {
        body.data = piece.data();
        body.size = piece.size();
        body.more = true;
        boost::system::error_code failed;
        const std::size_t taken =
            parser->put(asio::buffer(inbox.data() + used, inbox.size() - used), failed);
        used += taken;
        produced = piece.size() - body.size;
        const bool fine =
            !failed || failed == http::error::need_buffer || failed == http::error::need_more;
        if (!fine) return bad("The body is not framed as HTTP frames it.");
        if (taken == 0) break;
    }
    inbox.erase(0, used);
    // A chunk's own header and the trailer are small; what does not parse by now never will.
    if (produced == 0 && inbox.size() > 2 * limits::header_bytes_max)
        return bad("The body is not framed as HTTP frames it.");
    return produced;
}

awaitable<base::Result<std::string_view>> Connection::read_body_piece(bool patient) {
    State& state = *state_;
    if (std::exchange(state.continue_wanted, false)) {
        const auto told = co_await state.transmit("HTTP/1.1 100 Continue\r\n\r\n");
        if (!told) co_return told.error();
    }
    while (!state.parser->is_done()) {
        const auto produced = state.take_body();
        if (!produced) {
            state.keep_alive = false;
            co_return produced.error();
        }
        if (*produced > 0) {
            state.body_bytes += *produced;
            co_return std::string_view(state.piece.data(), *produced);
        }
        if (state.parser->is_done()) break;
        const auto began = state.clock.now();
        const auto received = co_await state.receive(patient ? Duration(limits::idle_time_max)
                                                             : Duration(limits::body_pause_max));
        state.body_waited += state.clock.now() - began;
        if (!received) {
            state.keep_alive = false;
            co_return received.error();
        }
        const auto waited = std::chrono::duration_cast<std::chrono::seconds>(state.body_waited);
        if (!patient && waited > limits::body_grace &&
            state.body_bytes <
                static_cast<std::uint64_t>(waited.count()) * limits::body_bytes_per_second_min)
            co_return too_slow();
    }
    co_return std::string_view();
}

awaitable<base::Result<std::string>> Connection::read_body(std::size_t bytes_max) {
    const base::Error too_large{base::Fault::invalid, "E_BODY_TOO_LARGE",
                                fmt::format("The body is larger than {} bytes.", bytes_max)};
    const auto announced = state_->parser->content_length();
    if (announced && *announced > bytes_max) co_return too_large;
    std::string body;
    for (;;) {
        const auto piece = co_await read_body_piece();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return body;
        if (body.size() + piece->size() > bytes_max) co_return too_large;
        body.append(*piece);
    }
}

std::string Connection::State::head_of(const Response& response,
                                       std::optional<std::size_t> length) {
    const bool endless = !length && !chunked;
    if (closing || endless) keep_alive = false;
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                   reason_of(response.status), http_date(clock.wall_micros()));
    for (const Header& each : response.headers)
        fmt::format_to(std::back_inserter(head), "{}: {}\r\n", each.name, each.value);
    if (length && response.status != 204 && response.status != 304)
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", *length);
    if (!length && chunked) head += "Transfer-Encoding: chunked\r\n";
    head += "X-Content-Type-Options: nosniff\r\n";
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

awaitable<base::Result<void>> Connection::write(const Response& response) {
    State& state = *state_;
    // A body that nobody has read would be taken for the next request.
    if (!state.parser || !state.parser->is_done()) state.keep_alive = false;
    std::string head = state.head_of(response, response.body.size());
    const bool with_body = !state.bodiless && response.status != 204 && response.status != 304;
    // One packet for what fits into a few; no copy of what does not.
    if (with_body && response.body.size() <= limits::header_bytes_max) {
        head += response.body;
        co_return co_await state.transmit(head);
    }
    const auto written = co_await state.transmit(head);
    if (!written || !with_body) co_return written;
    co_return co_await state.transmit(response.body);
}

awaitable<base::Result<void>> Connection::start(const Response& head) {
    state_->midway = true;
    co_return co_await state_->transmit(state_->head_of(head, std::nullopt));
}

awaitable<base::Result<void>> Connection::write_piece(std::string_view piece) {
    if (piece.empty() || state_->bodiless) co_return base::Result<void>();
    if (!state_->chunked) co_return co_await state_->transmit(piece);
    std::string framed;
    framed.reserve(piece.size() + 16);
    fmt::format_to(std::back_inserter(framed), "{:x}\r\n", piece.size());
    framed.append(piece).append("\r\n");
    co_return co_await state_->transmit(framed);
}

awaitable<base::Result<void>> Connection::finish() {
    state_->midway = false;
    if (!state_->parser->is_done()) state_->keep_alive = false;
    if (!state_->chunked || state_->bodiless) co_return base::Result<void>();
    co_return co_await state_->transmit("0\r\n\r\n");
}

bool Connection::midway() const {
    return state_->midway;
}

bool Connection::reusable() const {
    return state_->keep_alive && !state_->midway;
}

awaitable<void> Connection::close() {
    State& state = *state_;
    boost::system::error_code ignored;
    state.socket.shutdown(tcp::socket::shutdown_send, ignored);
    // Closing with bytes unread would reset the line and could destroy the answer on its way.
    const bool unread = !state.inbox.empty() || !state.parser || !state.parser->is_done();
    std::size_t dropped = 0;
    const auto deadline = state.clock.now() + std::chrono::seconds(2);
    while (unread && !state.idle_end && dropped < limits::linger_bytes_max &&
           state.clock.now() < deadline) {
        state.inbox.clear();
        const auto received = co_await state.receive(deadline - state.clock.now());
        if (!received) break;
        dropped += state.inbox.size();
    }
    state.socket.close(ignored);
}

void Connection::close_when_idle() {
    asio::post(state_->socket.get_executor(), [self = shared_from_this()] {
        State& state = *self->state_;
        state.closing = true;
        boost::system::error_code ignored;
        if (state.idle) state.socket.cancel(ignored);
    });
}

void Connection::abort() {
    asio::post(state_->socket.get_executor(), [self = shared_from_this()] {
        boost::system::error_code ignored;
        self->state_->closing = true;
        self->state_->socket.close(ignored);
    });
}

}  // namespace server
