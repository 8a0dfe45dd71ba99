#include "server/dispatch.h"

#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <set>

#include "events/base/log.h"
#include "ledger/unreadable.h"
#include "server/content_coding.h"
#include "server/finishing.h"
#include "server/neighbours.h"
#include "server/problem.h"
#include "server/rate_limiter.h"
#include "server/route_table.h"

namespace server {
namespace {

/// A page on another site must not be able to talk to a server on this machine by giving its own
/// name our address, so only addresses and `localhost` are answered to.
bool is_local_name(std::string_view host) {
    if (host.starts_with('[')) return true;
    host = host.substr(0, host.find(':'));
    if (host == "localhost" || host.ends_with(".localhost")) return true;
    return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

base::Result<void> check_query(const Route& route, const Request& request) {
    std::set<std::string_view> seen;
    std::vector<std::string> known;
    for (const Parameter& each : route.parameters)
        if (each.where == Parameter::Where::query) known.push_back(each.name);
    for (const auto& [name, value] : request.query) {
        if (!seen.insert(name).second) return bad_parameter(name, "is given twice");
        if (route.free_query || std::find(known.begin(), known.end(), name) != known.end())
            continue;
        const std::string near = nearest(name, known);
        std::string what = fmt::format("There is no parameter `{}` here", name);
        if (!near.empty()) what += fmt::format("; did you mean `{}`?", near);
        return base::Error{base::Fault::invalid, "E_UNKNOWN_PARAMETER", what + "."};
    }
    return {};
}

base::Result<void> check(const Services& services, const Match& found, const Request& request) {
    const std::string* host = request.header("host");
    if (host && !is_local_name(*host))
        return base::Error{base::Fault::invalid, "E_HOST", "This server has no such name."};
    if (found.allow.empty())
        return base::Error{base::Fault::not_found, "E_NO_ROUTE", "There is nothing at this path."};
    if (!found.route && request.method == Method::other && request.method_text.empty())
        return base::Error{base::Fault::invalid, "E_NOT_IMPLEMENTED", "The method is not known."};
    if (!found.route)
        return base::Error{base::Fault::invalid, "E_METHOD",
                           "The path is there, but not with this method."};
    // Otherwise the caller has ruled out every form that an answer could come in.
    if (found.route->method == Method::get && Acceptable::of(request).none())
        return base::Error{base::Fault::invalid, "E_NOT_ACCEPTABLE",
                           "Answers come as they are, or in one of the codings gzip and zstd."};
    if (services.standing.draining && !found.route->without_ready)
        return base::Error{base::Fault::overloaded, "E_DRAINING", "The server is going down."};
    return check_query(*found.route, request);
}

/// Takes the request out of what its sender may ask, and has the answer tell how much is left.
base::Result<void> meter(Services& services, const Route* route, Connection& connection,
                         const Request& request) {
    if ((route && route->unmetered) || !services.rates.bounded()) return {};
    const auto verdict = services.rates.take(request.peer);
    connection.accompany({"RateLimit-Policy", services.rates.policy_field()});
    connection.accompany({"RateLimit", RateLimiter::limit_field(verdict)});
    if (verdict.allowed) return {};
    connection.accompany({"Retry-After", std::to_string(verdict.retry_in.count())});
    return base::Error{base::Fault::overloaded, "E_RATE_LIMIT",
                       "This address has asked more often than it may."};
}

awaitable<base::Result<Response>> answer(Services& services, Connection& connection,
                                         const Request& request, const Match& found) {
    if (request.method == Method::options) {
        if (found.allow.empty() && request.target != "*")
            co_return base::Error{base::Fault::not_found, "E_NO_ROUTE",
                                  "There is nothing at this path."};
        Response response;
        response.status = 204;
        response.set("Allow", found.allow.empty() ? "GET, HEAD, POST, OPTIONS" : found.allow);
        co_return response;
    }
    const auto metered = meter(services, found.route, connection, request);
    if (!metered) co_return metered.error();
    // Other people's protocols, with other people's answers.
    if (services.neighbours.serve(request))
        co_return co_await services.neighbours.answer(request, connection, services.workers);
    const auto checked = check(services, found, request);
    if (!checked) co_return checked.error();
    Call call{services, request, connection, found.variables};
    base::Error escaped{base::Fault::storage, "E_INTERNAL", "Something went wrong inside."};
    try {
        auto answered = co_await found.route->handler(call);
        co_return answered;
    } catch (const ledger::Unreadable& damage) {
        escaped = damage.error();
    } catch (const std::exception& problem) {
        base::log(base::LogLevel::error, "{} failed: {} (trace {})", found.route->id,
                  problem.what(), request.trace_id);
    }
    co_return escaped;
}

}  // namespace

base::Error bad_parameter(std::string_view name, std::string_view why) {
    return {base::Fault::invalid, "E_BAD_PARAMETER",
            fmt::format("The parameter `{}` {}.", name, why)};
}

base::Result<std::uint64_t> Call::number(std::string_view name, std::uint64_t otherwise,
                                         std::uint64_t least, std::uint64_t most) const {
    const std::string* text = parameter(name);
    if (!text) return otherwise;
    std::uint64_t value = 0;
    const char* end = text->data() + text->size();
    const auto [stopped, failed] = std::from_chars(text->data(), end, value);
    if (failed != std::errc() || stopped != end || text->empty())
        return bad_parameter(name, "is not a whole number");
    if (value < least || value > most)
        return bad_parameter(name, fmt::format("is not within {} and {}", least, most));
    return value;
}

base::Result<std::uint64_t> Call::position() const {
    const std::string& text = path.at("position");
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (failed == std::errc() && stopped == end) return value;
    return base::Error{base::Fault::invalid, "E_BAD_POSITION",
                       "The position is not a whole number."};
}

base::Result<bool> Call::flag(std::string_view name) const {
    const std::string* text = parameter(name);
    if (!text || *text == "false") return false;
    if (*text == "true" || text->empty()) return true;
    return bad_parameter(name, "is neither true nor false");
}

namespace {

/// Gives the answer what depends on its bytes; a long one keeps a worker busy, not the sockets.
awaitable<void> finish(Services& services, const Request& request, Response& response) {
    auto job = [&]() -> base::Result<void> {
        finish_answer(request, response);
        return {};
    };
    if (is_costly(response)) {
        const auto done = co_await services.workers.run(job);
        if (done) co_return;
    }
    // Small, or no worker is free: the answer is there already, so it is not refused for that.
    finish_answer(request, response);
}

}  // namespace

awaitable<base::Result<void>> dispatch(Services& services, Connection& connection,
                                       const Request& request) {
    const Match found = match(route_table(), request.method, request.segments);
    auto answered = co_await answer(services, connection, request, found);
    const auto took = [&] { return services.clock.now() - request.arrived; };
    const std::string_view other = services.neighbours.serve(request) ? "neighbours" : "none";
    const std::string_view id = found.route ? std::string_view(found.route->id) : other;
    if (!answered && answered.error().fault == base::Fault::corrupt)
        base::log(base::LogLevel::error, "{} met damage: {} {} (trace {})", id,
                  answered.error().code, answered.error().what, request.trace_id);
    if (!answered && connection.midway()) {
        // The head is out, so the only honest answer left is a body without an end.
        services.metrics.answered(id, name_of(request.method), 500, took());
        co_return answered.error();
    }
    if (!answered && answered.error().code == "E_CLOSED") co_return answered.error();
    Response response = answered ? std::move(*answered)
                                 : problem(services.ledger.codes(), request, answered.error());
    co_await finish(services, request, response);
    const auto time = took();
    services.metrics.answered(id, name_of(request.method), response.status, time);
    if (response.sent) co_return base::Result<void>();
    if (response.status == 405) response.set("Allow", found.allow);
    if (response.status == 415) response.set("Accept-Encoding", "gzip, zstd");
    const double ms = std::chrono::duration<double, std::milli>(time).count();
    response.set("Server-Timing", fmt::format("total;dur={:.3f}", ms));
    co_return co_await connection.write(response);
}

}  // namespace server
