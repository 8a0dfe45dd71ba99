#include "tools/load/push.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "events/json/json_text.h"
#include "tools/cli/problem.h"

namespace tools {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

std::string in_reply(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return {};
    return value->is_string() ? std::string(value->get_string()) : events::json_text(*value);
}

Outcome outcome_of(const json::object& line) {
    Outcome outcome;
    outcome.recorded = line.contains("position");
    if (outcome.recorded) {
        outcome.replayed = in_reply(line, "replayed") == "true";
        outcome.next = std::strtoull(in_reply(line, "position").c_str(), nullptr, 10) + 1;
        const auto* warnings = line.if_contains("warnings");
        if (warnings != nullptr && warnings->is_array() && !warnings->get_array().empty()) {
            const auto& first = warnings->get_array().front();
            if (first.is_object()) {
                outcome.code = in_reply(first.get_object(), "code");
                outcome.what = in_reply(first.get_object(), "detail");
            }
        }
        return outcome;
    }
    const base::Error error = error_of(422, line);
    outcome.code = error.code;
    outcome.what = error.what;
    outcome.pointer = error.pointer;
    outcome.details = error.details;
    return outcome;
}

/// Commands as lines; a line between them says who asks from there on. `lines` gets the line of
/// each command: a line about an actor is answered only if it is wrong.
std::string body_of(std::span<const Item> items, std::vector<std::uint64_t>& lines) {
    std::string body;
    const std::string* actor = nullptr;
    std::uint64_t line = 0;
    for (const Item& item : items) {
        if (!item.actor.empty() && (actor == nullptr || *actor != item.actor)) {
            actor = &item.actor;
            body += "{\"ledgeractor\":\"" + item.actor + "\"}\n";
            ++line;
        }
        body += item.json;
        body += '\n';
        lines.push_back(++line);
    }
    return body;
}

bool is_busy(const Outcome& outcome) {
    return outcome.code == "E_QUEUE_FULL" || outcome.code == "E_STOPPING" ||
           outcome.code == "E_OVERLOADED";
}

}  // namespace

base::Result<void> Pusher::push_some(std::span<const Item> items, std::vector<Outcome>& outcomes) {
    std::vector<std::uint64_t> lines;
    auto reply = server_.post(body_of(items, lines), Server::Body::lines, options_.dry_run);
    if (!reply) return reply.error();
    if (!reply->good()) return server_.document(reply).error();
    std::string_view rest = reply->body;
    bool closed = false;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        boost::system::error_code bad;
        const auto parsed = json::parse({line.data(), line.size()}, bad);
        if (bad || !parsed.is_object()) continue;
        if (parsed.get_object().contains("end")) {
            closed = true;
            continue;
        }
        const auto number =
            std::strtoull(in_reply(parsed.get_object(), "line").c_str(), nullptr, 10);
        if (outcomes.size() == items.size() || number != lines[outcomes.size()]) continue;
        Outcome outcome = outcome_of(parsed.get_object());
        // From the first command that met a full queue on, everything is sent again, in order.
        if (is_busy(outcome)) break;
        outcomes.push_back(std::move(outcome));
    }
    if (closed && outcomes.size() == items.size()) return {};
    return base::Error{base::Fault::overloaded, "E_OVERLOADED",
                       "the server has not taken everything"};
}

base::Result<std::vector<Outcome>> Pusher::push(std::span<const Item> items) {
    std::vector<Outcome> all;
    for (int attempt = 1; all.size() < items.size(); ++attempt) {
        std::vector<Outcome> some;
        const auto pushed = push_some(items.subspan(all.size()), some);
        if (!some.empty()) attempt = 1;
        all.insert(all.end(), some.begin(), some.end());
        if (pushed || all.size() == items.size()) break;
        const bool may_pass = pushed.error().fault == base::Fault::overloaded;
        if (!may_pass || attempt >= options_.attempts_max) return pushed.error();
        std::this_thread::sleep_for(1s);
    }
    return all;
}

}  // namespace tools
