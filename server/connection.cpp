#include "server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <optional>
#include <utility>

#include "server/http_date.h"
#include "server/limits.h"
#include "server/request_parser.h"
#include "server/request_rules.h"
#include "server/wire.h"

namespace server {
namespace {

using Duration = std::chrono::steady_clock::duration;

void append_fields(std::string& out, const std::vector<Header>& fields) {
    for (const Header& each : fields)
        fmt::format_to(std::back_inserter(out), "{}: {}\r\n", each.name, each.value);
}

}  // namespace

struct Connection::State {
    State(asio::ip::tcp::socket socket, const base::Clock& given_clock, const Bounds& given_bounds)
        : wire(std::make_shared<Wire>(std::move(socket), ms_of(given_bounds.write_time_ms))),
          clock(given_clock),
          bounds(given_bounds) {}

    const std::shared_ptr<Wire> wire;
    const base::Clock& clock;
    const Bounds& bounds;
    std::string piece;  ///< of the body
    std::optional<RequestParser> parser;
    std::vector<Header> common;  ///< fields of every answer to this request
    bool idle = false;           ///< between two requests
    bool idle_end = false;       ///< ended between two requests
    bool closing = false;        ///< after this answer
    bool lost = false;           ///< the peer does not take our answers any more
    bool keep_alive = false;
    bool chunked = false;   ///< of the answer
    bool bodiless = false;  ///< the answer to HEAD
    bool midway = false;
    bool continue_wanted = false;
    std::uint64_t body_bytes = 0;
    Duration body_waited{};

    awaitable<base::Result<void>> transmit(std::string_view bytes) {
        const auto sent = co_await wire->transmit(bytes);
        if (!sent) keep_alive = false, lost = true;
        co_return sent;
    }
    awaitable<base::Result<std::size_t>> receive_head();
    base::Result<Request> parse_head(std::size_t bytes);
    bool body_too_slow() const;
    std::string head_of(const Response& response, std::optional<std::size_t> length);
};

Connection::Connection(asio::ip::tcp::socket socket, const base::Clock& clock, const Bounds& bounds)
    : state_(std::make_shared<State>(std::move(socket), clock, bounds)) {}

Connection::~Connection() = default;

/// Bytes of the head in the inbox, its empty line included.
awaitable<base::Result<std::size_t>> Connection::State::receive_head() {
    const auto deadline = clock.now() + ms_of(bounds.header_time_ms);
    std::string& inbox = wire->inbox;
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
        const auto received = co_await wire->receive(left);
        if (!received) co_return received.error();
    }
}

base::Result<Request> Connection::State::parse_head(std::size_t bytes) {
    parser.emplace();
    auto request = parser->head(std::string_view(wire->inbox).substr(0, bytes));
    wire->inbox.erase(0, bytes);
    if (!request) return request;
    request->arrived = clock.now();
    request->peer = wire->peer();
    chunked = parser->version() >= 11;
    bodiless = request->method == Method::head;
    keep_alive = parser->keep_alive() && chunked;
    if (const std::string* expect = request->header("expect"))
        continue_wanted = lower(*expect) == "100-continue" && request->has_body;
    return request;
}

awaitable<base::Result<Request>> Connection::read_request() {
    State& state = *state_;
    state.midway = state.continue_wanted = state.keep_alive = false;
    state.body_bytes = 0;
    state.body_waited = {};
    state.common.clear();
    state.parser.reset();
    if (state.wire->inbox.empty()) {
        state.idle_end = true;
        if (state.closing) co_return connection_closed();
        state.idle = true;
        const auto received = co_await state.wire->receive(ms_of(state.bounds.idle_time_ms));
        state.idle = false;
        if (!received) co_return connection_closed();
        state.idle_end = false;
    }
    const auto head = co_await state.receive_head();
    if (!head) co_return head.error();
    co_return state.parse_head(*head);
}

awaitable<base::Result<std::string_view>> Connection::read_body_piece(bool patient) {
    State& state = *state_;
    if (std::exchange(state.continue_wanted, false)) {
        const auto told = co_await state.transmit("HTTP/1.1 100 Continue\r\n\r\n");
        if (!told) co_return told.error();
    }
    while (!state.parser->is_done()) {
        const auto produced = state.parser->body(state.wire->inbox, state.piece);
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
        const auto pause = patient ? state.bounds.idle_time_ms : state.bounds.body_pause_ms;
        const auto received = co_await state.wire->receive(ms_of(pause));
        state.body_waited += state.clock.now() - began;
        const bool slow = received && !patient && state.body_too_slow();
        if (!received || slow) {
            state.keep_alive = false;
            co_return slow ? too_slow() : received.error();
        }
    }
    co_return std::string_view();
}

/// Whether the client has let us wait for long, and for little.
bool Connection::State::body_too_slow() const {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(body_waited);
    const auto least =
        static_cast<std::uint64_t>(waited.count()) * limits::body_bytes_per_second_min / 1'000;
    return waited > ms_of(bounds.body_grace_ms) && body_bytes < least;
}

std::optional<std::uint64_t> Connection::body_announced() const {
    return state_->parser->content_length();
}

void Connection::accompany(Header field) {
    state_->common.push_back(std::move(field));
}

std::string Connection::State::head_of(const Response& response,
                                       std::optional<std::size_t> length) {
    const bool endless = !length && !chunked;
    if (closing || endless) keep_alive = false;
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                   reason_of(response.status), http_date(clock.wall_micros()));
    append_fields(head, response.headers);
    append_fields(head, common);
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
    // An answer that begins before its request was read must not have the leave to send amidst it.
    if (std::exchange(state_->continue_wanted, false)) {
        const auto told = co_await state_->transmit("HTTP/1.1 100 Continue\r\n\r\n");
        if (!told) co_return told.error();
    }
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

awaitable<base::Result<void>> Connection::finish(std::vector<Header> trailer) {
    state_->midway = false;
    if (!state_->parser->is_done()) state_->keep_alive = false;
    if (!state_->chunked || state_->bodiless) co_return base::Result<void>();
    std::string end = "0\r\n";
    append_fields(end, trailer);
    co_return co_await state_->transmit(end + "\r\n");
}

bool Connection::midway() const {
    return state_->midway;
}

bool Connection::reusable() const {
    return state_->keep_alive && !state_->midway;
}

awaitable<void> Connection::close() {
    State& state = *state_;
    Wire& wire = *state.wire;
    wire.end_sending();
    // Closing with bytes unread would reset the line and could destroy the answer on its way.
    const bool unread = !wire.inbox.empty() || !state.parser || !state.parser->is_done();
    std::size_t dropped = 0;
    const auto deadline = state.clock.now() + limits::linger_time_max;
    while (unread && !state.lost && !state.idle_end && dropped < limits::linger_bytes_max &&
           state.clock.now() < deadline) {
        wire.inbox.clear();
        const auto received = co_await wire.receive(deadline - state.clock.now());
        if (!received) break;
        dropped += wire.inbox.size();
    }
    wire.close();
}

void Connection::close_when_idle() {
    asio::post(state_->wire->executor(), [self = shared_from_this()] {
        self->state_->closing = true;
        if (self->state_->idle) self->state_->wire->cancel();
    });
}

void Connection::abort() {
    asio::post(state_->wire->executor(), [self = shared_from_this()] {
        self->state_->closing = true;
        self->state_->wire->close();
    });
}

}  // namespace server
