#include "server/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "server/limits.h"
#include "server/request_rules.h"
#include "server/target.h"

namespace server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

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

}  // namespace

struct RequestParser::State {
    http::request_parser<http::buffer_body> parser;
};

RequestParser::RequestParser() : state_(std::make_unique<State>()) {
    state_->parser.eager(false);
    state_->parser.header_limit(static_cast<std::uint32_t>(limits::header_bytes_max));
    state_->parser.body_limit(boost::none);
}

RequestParser::~RequestParser() = default;

base::Result<Request> RequestParser::head(std::string_view bytes) {
    auto& parser = state_->parser;
    boost::system::error_code failed;
    parser.put(asio::buffer(bytes.data(), bytes.size()), failed);
    if (failed == http::error::bad_version)
        return base::Error{base::Fault::invalid, "E_HTTP_VERSION", "Only HTTP/1.1 is spoken."};
    if (failed || !parser.is_header_done())
        return bad_request("The request is not well-formed HTTP.");

    const auto& head = parser.get();
    Request request;
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
    request.has_body = !parser.is_done();
    return request;
}

base::Result<std::size_t> RequestParser::body(std::string& inbox, std::string& piece) {
    auto& parser = state_->parser;
    auto& body = parser.get().body();
    piece.resize(limits::read_bytes);
    std::size_t used = 0, produced = 0;
    while (produced == 0 && !parser.is_done() && used < inbox.size()) {
        body.data = piece.data();
        body.size = piece.size();
        body.more = true;
        boost::system::error_code failed;
        const std::size_t taken =
            parser.put(asio::buffer(inbox.data() + used, inbox.size() - used), failed);
        used += taken;
        produced = piece.size() - body.size;
        const bool fine =
            !failed || failed == http::error::need_buffer || failed == http::error::need_more;
        if (!fine) return bad_request("The body is not framed as HTTP frames it.");
        if (taken == 0) break;
    }
    inbox.erase(0, used);
    // A chunk's own header and the trailer are small; what does not parse by now never will.
    if (produced == 0 && inbox.size() > 2 * limits::header_bytes_max)
        return bad_request("The body is not framed as HTTP frames it.");
    return produced;
}

bool RequestParser::is_done() const {
    return state_->parser.is_done();
}

unsigned RequestParser::version() const {
    return state_->parser.get().version();
}

bool RequestParser::keep_alive() const {
    return state_->parser.keep_alive();
}

std::optional<std::uint64_t> RequestParser::content_length() const {
    const auto length = state_->parser.content_length();
    if (!length) return std::nullopt;
    return *length;
}

}  // namespace server
