// Requests and answers as plain values. Only the codec (server/request_parser.cpp) knows their form
// on the wire.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

enum class Method { get, head, post, options, other };

std::string_view name_of(Method method);

struct Header {
    std::string name;  ///< lower case in requests
    std::string value;
};

struct Request {
    Method method = Method::get;
    std::string method_text;            ///< as sent, for methods we do not know
    std::string target;                 ///< as sent
    std::vector<std::string> segments;  ///< of the path, decoded
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
    std::vector<Header> headers;
    bool has_body = false;
    std::string trace_id;    ///< of `traceparent`, else ours
    std::string request_id;  ///< ours
    std::string peer;        ///< address of who asks
    std::chrono::steady_clock::time_point arrived;

    /// First field of that (lower-case) name; null if there is none.
    const std::string* header(std::string_view name) const;
    /// Value of a query parameter; null if there is none.
    const std::string* parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
    bool sent = false;  ///< the handler has written the answer itself, piece by piece
    /// May be compressed. Never where the body could hold both what only this reader may know and
    /// text chosen by somebody else: the length would tell the one to who varies the other.
    bool packable = false;

    void set(std::string name, std::string value) {
        headers.push_back({std::move(name), std::move(value)});
    }
    /// Value of a field by its name as we write it; null if there is none.
    std::string* header(std::string_view name);
    /// Puts a field in place of what stands there.
    void replace(std::string_view name, std::string value);
    void remove(std::string_view name);
    /// Adds a request field on which the choice of this answer depended.
    void vary(std::string_view field);
    static Response of(int status, std::string media_type, std::string body);
    static Response json(std::string body) {
        return of(200, "application/json; charset=utf-8", std::move(body));
    }
    Response&& packing() && {
        packable = true;
        return std::move(*this);
    }
};

std::string_view reason_of(int status);

/// Out of `offered` media types the one that an `Accept` value likes best, the first on a draw;
/// nothing if it likes none. No `Accept` at all means anything.
std::optional<std::string_view> preferred(const std::string* accept,
                                          const std::vector<std::string_view>& offered);
/// The media type of a `Content-Type` value in lower case, without parameters.
std::string media_type_of(std::string_view content_type);
/// `q` of the parameters of a range in thousandths; 1,000 if not given or not readable.
int weight_of(std::string_view parameters);
/// The part before `mark` without blanks around it; cut off `rest` together with the mark.
std::string_view cut(std::string_view& rest, char mark);

}  // namespace server
