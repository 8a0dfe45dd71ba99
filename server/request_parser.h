// HTTP/1.1 requests out of bytes. Its source is the only one that names Beast.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "server/message.h"

namespace server {

/// Parses one request: first its head, then its body as it comes.
///
/// Threads: one at a time.
/// Errors:  `invalid` E_BAD_REQUEST, E_HTTP_VERSION, E_TRANSFER_CODING.
class RequestParser {
public:
    RequestParser();
    ~RequestParser();

    /// Reads a whole head, its empty line included.
    base::Result<Request> head(std::string_view bytes);
    /// Takes what it can of the body from the front of `inbox`; gives the bytes put at the front
    /// of `piece`, which may be none although the body goes on.
    base::Result<std::size_t> body(std::string& inbox, std::string& piece);

    bool is_done() const;
    unsigned version() const;  ///< 10 or 11
    bool keep_alive() const;
    std::optional<std::uint64_t> content_length() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace server
