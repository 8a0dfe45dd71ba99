#include "tools/client/server.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "tools/cli/problem.h"

namespace tools {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr int wait_rounds_max = 240;  // of up to 30 seconds each: two hours of catching up

Source::Parameters parameters_of(const EventQuery& query) {
    Source::Parameters out;
    out["from"] = std::to_string(query.from);
    if (!query.type.empty()) out["type"] = query.type;
    if (!query.stream.empty()) out["stream"] = query.stream;
    return out;
}

/// An event has a specversion; the line that closes the list has not.
bool is_event(std::string_view line) {
    return line.find("\"specversion\"") != std::string_view::npos;
}

std::optional<std::uint64_t> position_of(std::string_view line) {
    constexpr std::string_view key = "\"sequence\":\"";
    const auto found = line.find(key);
    if (found == std::string_view::npos) return std::nullopt;
    return std::strtoull(std::string(line.substr(found + key.size(), 20)).c_str(), nullptr, 10);
}

}  // namespace

Server::Server(Url url, Options options)
    : http_(std::move(url), options.http), options_(std::move(options)) {}

Request Server::request(const std::string& target) const {
    Request request;
    request.target = target;
    if (!options_.actor.empty()) request.headers.emplace_back("Ledger-Actor", options_.actor);
    if (!options_.token.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + options_.token);
    }
    if (!options_.language.empty()) {
        request.headers.emplace_back("Accept-Language", options_.language);
    }
    return request;
}

base::Result<json::object> Server::document(const base::Result<Reply>& reply) {
    if (!reply) return reply.error();
    boost::system::error_code bad;
    const auto parsed = json::parse(reply->body, bad);
    json::object object;
    if (!bad && parsed.is_object()) object = parsed.get_object();
    trace_ = reply->header("ledger-request-id");
    if (const auto* trace = object.if_contains("trace_id");
        trace != nullptr && trace->is_string()) {
        trace_ = std::string(trace->get_string());
    }
    if (!reply->good()) return error_of(reply->status, object);
    if (bad || !parsed.is_object()) {
        return base::Error{base::Fault::storage, "E_HTTP", "the answer is not a JSON object"};
    }
    return object;
}

base::Result<json::object> Server::view(const std::string& name, const std::string& subject,
                                        const Parameters& parameters) {
    std::string path = "/v1/views/" + name;
    if (!subject.empty()) path += "/" + subject;
    return document(http_.send(request(target_of(path, parameters))));
}

base::Result<void> Server::events(const EventQuery& query, const Sink& sink) {
    std::uint64_t from = query.from;
    std::uint64_t left = query.limit.value_or(UINT64_MAX);
    // The server may end a page early; the closing line says so, and the next page goes on.
    while (left > 0) {
        auto page = query;
        page.from = from;
        auto parameters = parameters_of(page);
        if (query.limit) parameters["limit"] = std::to_string(left);
        auto ask = request(target_of("/v1/events", parameters));
        ask.accept = "application/x-ndjson";

        bool stopped = false;
        std::uint64_t got = 0;
        std::string closing;
        auto reply = http_.send(ask, [&](std::string_view line) {
            if (line.empty()) return true;
            if (!is_event(line)) {
                closing = line;
                return true;
            }
            const auto position = position_of(line);
            if (position && query.upto && *position >= *query.upto) return !(stopped = true);
            ++got;
            if (position) from = *position + 1;
            if (!sink(line)) return !(stopped = true);
            return true;
        });
        if (!reply) return reply.error();
        if (!reply->good()) return document(reply).error();
        if (stopped) return {};
        if (closing.empty()) {
            return base::Error{base::Fault::overloaded, "E_CUT_SHORT",
                               "the list of events ends without its closing line"};
        }
        if (got == 0) return {};
        left -= std::min(left, got);
    }
    return {};
}

base::Result<json::object> Server::event(const std::string& name) {
    return document(http_.send(request(target_of("/v1/events/" + name, {}))));
}

base::Result<json::object> Server::status() {
    auto reply = http_.send(request("/readyz?verbose"));
    // "Not ready" is an answer too.
    if (reply && reply->status == 503) reply->status = 200;
    return document(reply);
}

base::Result<Reply> Server::post(const std::string& body, Body kind, bool dry_run,
                                 const std::string& actor) {
    auto ask = request(
        target_of("/v1/commands", dry_run ? Parameters{{"dry_run", "true"}} : Parameters{}));
    ask.method = "POST";
    ask.body = body;
    ask.content_type = kind == Body::one       ? "application/cloudevents+json"
                       : kind == Body::several ? "application/cloudevents-batch+json"
                                               : "application/x-ndjson";
    if (kind == Body::lines) ask.accept = "application/x-ndjson";
    if (!actor.empty()) {
        std::erase_if(ask.headers, [](const auto& field) { return field.first == "Ledger-Actor"; });
        ask.headers.emplace_back("Ledger-Actor", actor);
    }
    return http_.send(ask);
}

base::Result<void> Server::follow(std::uint64_t from, const EventQuery& query, const News& news) {
    auto parameters = parameters_of(query);
    parameters["from"] = std::to_string(from);
    auto ask = request(target_of("/v1/events/stream", parameters));
    ask.accept = "text/event-stream";
    std::string kind = "message", id, data;
    auto reply = http_.send(ask, [&](std::string_view line) {
        const auto value = [&](std::string_view name) {
            auto rest = line.substr(name.size());
            return std::string(rest.starts_with(' ') ? rest.substr(1) : rest);
        };
        if (line.starts_with("event:")) kind = value("event:");
        if (line.starts_with("id:")) id = value("id:");
        if (line.starts_with("data:")) data += value("data:");
        if (!line.empty()) return true;
        const bool more = (data.empty() && kind == "message") || news(kind, id, data);
        kind = "message";
        data.clear();
        return more;
    });
    if (!reply) return reply.error();
    if (!reply->good()) return document(reply).error();
    return {};
}

base::Result<void> Server::wait_for_views(std::uint64_t position) {
    for (int round = 0; round < wait_rounds_max; ++round) {
        auto answer =
            view("stock", {},
                 {{"min_position", std::to_string(position)}, {"wait", "30s"}, {"limit", "1"}});
        if (answer) return {};
        if (answer.error().fault != base::Fault::overloaded ||
            answer.error().code == "E_UNREACHABLE") {
            return answer.error();
        }
    }
    return base::Error{base::Fault::overloaded, "E_TIMEOUT", "the views have not caught up"};
}

}  // namespace tools
