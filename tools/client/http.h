// A small HTTP/1.1 client: one connection, kept alive, one request at a time.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "tools/client/url.h"

namespace tools {

struct Request {
    std::string method = "GET";
    std::string target;
    std::string content_type;
    std::string accept = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::chrono::milliseconds timeout{60'000};  ///< without a single byte
};

struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    bool good() const { return status >= 200 && status < 300; }
    /// Empty if there is no such header.
    std::string header(const std::string& name) const;
};

/// A connection that the server has closed meanwhile is opened again once, which every request
/// of ours survives: reads change nothing and commands carry their id.
///
/// Threads: one thread at a time.
/// Errors:  `overloaded` E_UNREACHABLE when nobody answers, E_TIMEOUT, E_CUT_SHORT when the answer
///          breaks off; `invalid` E_TLS for a certificate that is not to be trusted.
class HttpClient {
public:
    /// Takes one line without its end; false stops the reading.
    using Line = std::function<bool(std::string_view)>;

    struct Options {
        std::string ca;                   ///< file of certificates to trust instead of the system's
        std::FILE* print_only = nullptr;  ///< write the equal curl command here, send nothing
    };
    /// Code of the failure that says that a request was printed and not sent.
    static constexpr const char* printed_only = "E_PRINTED_ONLY";

    explicit HttpClient(Url url) : HttpClient(std::move(url), Options{}) {}
    HttpClient(Url url, Options options);
    ~HttpClient();

    base::Result<Reply> send(const Request& request);
    /// Hands over the body of a good answer line by line as it comes; the reply's body is empty
    /// then. A bad answer comes whole.
    base::Result<Reply> send(const Request& request, const Line& line);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tools
