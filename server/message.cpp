#include "server/message.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace server {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// How exactly a range names a type: 3 the type itself, 2 `kind/*`, 1 anything, 0 not at all.
int exactness(std::string_view range, std::string_view type) {
    if (range == type) return 3;
    if (range == "*/*" || range == "*") return 1;
    if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return 2;
    return 0;
}

int liking(std::string_view accept, std::string_view type) {
    int best = 0, weight = 0;
    while (!accept.empty()) {
        std::string_view parameters = cut(accept, ',');
        const std::string range = media_type_of(cut(parameters, ';'));
        const int exact = exactness(range, type);
        if (exact > best) {
            best = exact;
            weight = weight_of(parameters);
        }
    }
    return weight;
}

}  // namespace

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "OTHER";
}

const std::string* Request::header(std::string_view name) const {
    for (const Header& each : headers)
        if (each.name == name) return &each.value;
    return nullptr;
}

const std::string* Request::parameter(std::string_view name) const {
    for (const auto& [each, value] : query)
        if (each == name) return &value;
    return nullptr;
}

std::string* Response::header(std::string_view name) {
    for (Header& each : headers)
        if (each.name == name) return &each.value;
    return nullptr;
}

void Response::replace(std::string_view name, std::string value) {
    if (std::string* there = header(name))
        *there = std::move(value);
    else
        set(std::string(name), std::move(value));
}

void Response::remove(std::string_view name) {
    std::erase_if(headers, [&](const Header& each) { return each.name == name; });
}

void Response::vary(std::string_view field) {
    std::string* there = header("Vary");
    if (!there) return set("Vary", std::string(field));
    for (std::string_view rest = *there; !rest.empty();)
        if (cut(rest, ',') == field) return;
    there->append(", ").append(field);
}

Response Response::of(int status, std::string media_type, std::string body) {
    Response response;
    response.status = status;
    response.set("Content-Type", std::move(media_type));
    response.body = std::move(body);
    return response;
}

std::string_view reason_of(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

std::optional<std::string_view> preferred(const std::string* accept,
                                          const std::vector<std::string_view>& offered) {
    if (!accept || trimmed(*accept).empty()) return offered.front();
    std::optional<std::string_view> best;
    int best_weight = 0;
    for (const std::string_view type : offered) {
        const int weight = liking(*accept, type);
        if (weight > best_weight) {
            best = type;
            best_weight = weight;
        }
    }
    return best;
}

std::string media_type_of(std::string_view content_type) {
    std::string type(trimmed(content_type.substr(0, content_type.find(';'))));
    for (char& each : type)
        each = static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    return type;
}

std::string_view cut(std::string_view& rest, char mark) {
    const auto end = rest.find(mark);
    const std::string_view part = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

int weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = cut(parameters, ';');
        if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
            const double q = std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
            return static_cast<int>(std::clamp(q, 0.0, 1.0) * 1000);
        }
    }
    return 1000;
}

}  // namespace server
