#include "server/request_body.h"

#include <fmt/format.h>

#include "server/limits.h"

namespace server {
namespace {

base::Error too_large(std::string what) {
    return {base::Fault::invalid, "E_BODY_TOO_LARGE", std::move(what)};
}

}  // namespace

base::Result<RequestBody> RequestBody::of(Connection& connection, const Request& request) {
    RequestBody body(connection);
    const std::string* header = request.header("content-encoding");
    if (!header) return body;
    const auto coding = coding_named(media_type_of(*header));
    if (!coding)
        return base::Error{base::Fault::invalid, "E_CONTENT_CODING",
                           "A body comes as it is, or in one of the codings gzip and zstd."};
    if (*coding != Coding::identity) body.unpacker_ = std::make_unique<Unpacker>(*coding);
    return body;
}

/// What the bytes received so far still hold; empty when more are wanted.
base::Result<std::string_view> RequestBody::expanded() {
    const auto piece = unpacker_->next();
    if (!piece) return piece;
    expanded_ += piece->size();
    if (expanded_ > limits::inflated_bytes_free && expanded_ > received_ * limits::inflation_max)
        return too_large(fmt::format("The body grows more than {} fold.", limits::inflation_max));
    return piece;
}

awaitable<base::Result<std::string_view>> RequestBody::piece(bool patient) {
    if (!unpacker_) co_return co_await connection_->read_body_piece(patient);
    for (;;) {
        auto piece = expanded();
        if (!piece || !piece->empty()) co_return piece;
        const auto more = co_await connection_->read_body_piece(patient);
        if (!more) co_return more;
        if (more->empty()) break;
        received_ += more->size();
        unpacker_->add(*more);
    }
    if (received_ > 0 && !unpacker_->complete())
        co_return base::Error{base::Fault::invalid, "E_BAD_CODING",
                              "The compressed body is cut off."};
    co_return std::string_view();
}

awaitable<base::Result<std::string>> RequestBody::whole(std::size_t bytes_max) {
    const auto refused = [&] {
        return too_large(fmt::format("The body is larger than {} bytes.", bytes_max));
    };
    const auto announced = connection_->body_announced();
    if (announced && *announced > bytes_max) co_return refused();
    std::string body;
    for (;;) {
        const auto next = co_await piece();
        if (!next) co_return next.error();
        if (next->empty()) co_return body;
        if (body.size() + next->size() > bytes_max) co_return refused();
        body.append(*next);
    }
}

}  // namespace server
