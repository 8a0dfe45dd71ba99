#include "server/outgoing.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <functional>
#include <mutex>

#include "server/limits.h"

namespace server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;
using Plain = beast::tcp_stream;
using Secure = asio::ssl::stream<Plain>;

constexpr auto token = asio::as_tuple(asio::use_awaitable);

using Message = http::request<http::string_body>;
using Answer = http::response_parser<http::string_body>;

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
    unsigned value = 0;
    const auto [stopped, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds(value);
}

Outgoing::Reply reply_of(Answer& answer) {
    auto& message = answer.get();
    const std::string_view retry = message[http::field::retry_after];
    return {static_cast<int>(message.result_int()),
            std::string(message[http::field::content_type]), std::move(message.body()),
            seconds_in(retry)};
}

}  // namespace

struct Outgoing::State {
    std::string url, host, port, base;
    bool secure = false;
    std::optional<asio::ssl::context> tls;
    std::mutex guard;
    std::shared_ptr<Plain> current;  ///< of the request under way

    Message message(Post post) const;
    base::Error unreachable(const error_code& why) const;
    void begin(std::shared_ptr<Plain> stream);
    error_code prepare(Secure& stream) const;
    awaitable<error_code> connect(Plain& stream) const;
    template <class Stream>
    awaitable<base::Result<Reply>> exchange(Stream& stream, Message message) const;
    awaitable<base::Result<Reply>> send(Post post, std::chrono::milliseconds time);
};

base::Result<std::unique_ptr<Outgoing>> Outgoing::to(std::string_view text) {
    const auto bad = [&] {
        return base::Error{base::Fault::invalid, "E_BAD_URL",
                           fmt::format("`{}` is not http[s]://host[:port][/path]", text)};
    };
    const auto parsed = boost::urls::parse_uri(boost::string_view(text.data(), text.size()));
    if (!parsed || parsed->host().empty() || parsed->has_query() || parsed->has_fragment() ||
        parsed->has_userinfo())
        return bad();
    auto state = std::make_unique<State>();
    state->secure = parsed->scheme() == "https";
    if (!state->secure && parsed->scheme() != "http") return bad();
    state->url = text;
    state->host = parsed->host_address();
    state->port = parsed->has_port() ? std::string(parsed->port()) : state->secure ? "443" : "80";
    const auto path = parsed->encoded_path();
    state->base = std::string(path.data(), path.size());
    while (state->base.ends_with('/')) state->base.pop_back();
    if (state->secure) {
        state->tls.emplace(asio::ssl::context::tls_client);
        error_code failed;
        state->tls->set_options(asio::ssl::context::default_workarounds |
                                    asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                                failed);
        state->tls->set_default_verify_paths(failed);
    }
    return std::unique_ptr<Outgoing>(new Outgoing(std::move(state)));
}

Outgoing::Outgoing(std::unique_ptr<State> state) : state_(std::move(state)) {}
Outgoing::~Outgoing() = default;

const std::string& Outgoing::url() const {
    return state_->url;
}

base::Error Outgoing::State::unreachable(const error_code& why) const {
    return {base::Fault::overloaded, "E_UNREACHABLE",
            fmt::format("{}: {}", url,
                        why == beast::error::timeout ? "no answer in time" : why.message())};
}

Message Outgoing::State::message(Post post) const {
    Message out(http::verb::post, base + post.path, 11);
    const bool v6 = host.find(':') != std::string::npos;
    out.set(http::field::host, fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port));
    out.set(http::field::user_agent, "talentd");
    out.set(http::field::content_type, post.media_type);
    if (!post.content_encoding.empty())
        out.set(http::field::content_encoding, post.content_encoding);
    out.keep_alive(false);
    out.body() = std::move(post.body);
    out.prepare_payload();
    return out;
}

void Outgoing::State::begin(std::shared_ptr<Plain> stream) {
    const std::lock_guard lock(guard);
    current = std::move(stream);
}

awaitable<error_code> Outgoing::State::connect(Plain& stream) const {
    tcp::resolver resolver(stream.get_executor());
    const auto [unknown, addresses] = co_await resolver.async_resolve(host, port, token);
    if (unknown) co_return unknown;
    const auto [failed, where] = co_await stream.async_connect(addresses, token);
    co_return failed;
}

error_code Outgoing::State::prepare(Secure& stream) const {
    error_code not_an_address, failed;
    asio::ip::make_address(host, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    stream.set_verify_mode(asio::ssl::verify_peer, failed);
    if (!failed) stream.set_verify_callback(asio::ssl::host_name_verification(host), failed);
    return failed;
}

template <class Stream>
awaitable<base::Result<Outgoing::Reply>> Outgoing::State::exchange(Stream& stream,
                                                                   Message message) const {
    // An answer may come before the whole request was taken, and says why it was not.
    const auto [unsent, sent] = co_await http::async_write(stream, message, token);
    beast::flat_buffer buffer;
    Answer answer;
    answer.body_limit(limits::outgoing_answer_bytes_max);
    const auto [failed, got] = co_await http::async_read(stream, buffer, answer, token);
    if (failed) co_return unreachable(unsent ? unsent : failed);
    co_return reply_of(answer);
}

awaitable<base::Result<Outgoing::Reply>> Outgoing::State::send(Post post,
                                                               std::chrono::milliseconds time) {
    const Executor executor = co_await asio::this_coro::executor;
    if (!secure) {
        const auto stream = std::make_shared<Plain>(executor);
        begin(stream);
        stream->expires_after(time);
        if (const auto failed = co_await connect(*stream)) co_return unreachable(failed);
        co_return co_await exchange(*stream, message(std::move(post)));
    }
    const auto stream = std::make_shared<Secure>(executor, *tls);
    Plain& line = beast::get_lowest_layer(*stream);
    begin({stream, &line});
    line.expires_after(time);
    if (const auto failed = prepare(*stream)) co_return unreachable(failed);
    if (const auto failed = co_await connect(line)) co_return unreachable(failed);
    const auto [refused] = co_await stream->async_handshake(asio::ssl::stream_base::client, token);
    if (refused) co_return unreachable(refused);
    co_return co_await exchange(*stream, message(std::move(post)));
}

awaitable<base::Result<Outgoing::Reply>> Outgoing::post(Post post, std::chrono::milliseconds time) {
    auto reply = co_await state_->send(std::move(post), time);
    const std::lock_guard lock(state_->guard);
    state_->current.reset();
    co_return reply;
}

void Outgoing::interrupt() {
    const std::lock_guard lock(state_->guard);
    if (const auto stream = state_->current)
        asio::post(stream->get_executor(), [stream] { stream->close(); });
}

}  // namespace server
