// Requests that this server makes of others: witnesses and mirrors.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "server/async.h"

namespace server {

/// Posts to one place, a connection for each request. Redirects are not followed.
///
/// Threads:  one request at a time, on its own strand; `interrupt` from any.
/// Errors:   `overloaded` E_UNREACHABLE when nobody answers in time, or in no way that can be
///           read.
class Outgoing {
public:
    struct Post {
        std::string path;  ///< under the URL, with its slash
        std::string media_type = "text/plain; charset=utf-8";
        std::string content_encoding = {};  ///< empty if the body comes as it is
        std::string body = {};
    };
    struct Reply {
        int status = 0;
        std::string media_type;  ///< as sent
        std::string body;
        std::optional<std::chrono::seconds> retry_after;
    };

    /// `http://host[:port][/path]`, or `https://`, whose certificate must be one that the system
    /// trusts. Fails with `invalid` E_BAD_URL.
    static base::Result<std::unique_ptr<Outgoing>> to(std::string_view url);
    ~Outgoing();

    const std::string& url() const;
    /// The whole of it within `time`.
    awaitable<base::Result<Reply>> post(Post post, std::chrono::milliseconds time);
    /// Ends the request under way.
    void interrupt();

private:
    struct State;
    explicit Outgoing(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace server
