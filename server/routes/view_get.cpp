// GET /v1/views/{view}[/{subject}]: a question to a view, now or as of any earlier moment.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <charconv>
#include <chrono>

#include "events/json/json_text.h"
#include "server/limits.h"
#include "server/memento.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using namespace std::chrono_literals;
using Kind = Parameter::Kind;
using Where = Parameter::Where;

/// `2s`, `500ms`, `1m` or plain seconds.
base::Result<std::chrono::milliseconds> wait_of(const Call& call) {
    const std::string* text = call.parameter("wait");
    if (!text) return 0ms;
    std::uint32_t value = 0;
    const auto [unit, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
    const std::string_view rest(unit, static_cast<std::size_t>(text->data() + text->size() - unit));
    std::chrono::milliseconds wait{value};
    const bool seconds = rest == "s" || rest.empty();
    if (failed != std::errc() || (!seconds && rest != "m" && rest != "ms"))
        return bad_parameter("wait", "is not a time such as 2s or 500ms");
    if (rest != "ms") wait *= seconds ? 1'000 : 60'000;
    return std::min<std::chrono::milliseconds>(wait, limits::view_wait_max);
}

/// The event at `wanted` is folded, or `wanted` is the end of the log and everything is.
bool reached(const Services& services, std::uint64_t wanted) {
    const std::uint64_t folded = services.views.position();
    return folded > wanted || (folded == wanted && services.ledger.head().size == wanted);
}

/// Waits until the views have folded the event at `min_position`.
awaitable<base::Result<void>> wait_for_views(Call& call) {
    const auto wanted = call.number("min_position", 0, 0, UINT64_MAX - 1);
    if (!wanted) co_return wanted.error();
    const auto wait = wait_of(call);
    if (!wait) co_return wait.error();
    if (!call.parameter("min_position")) co_return base::Result<void>();
    Services& services = call.services;
    const auto deadline = services.clock.now() + *wait;
    for (;;) {
        const auto seen = services.views_grew.rings();
        if (reached(services, *wanted)) co_return base::Result<void>();
        if (services.clock.now() >= deadline || services.standing.draining) break;
        co_await services.views_grew.wait(seen, deadline);
    }
    co_return base::Error{
        base::Fault::overloaded, "E_VIEW_LAGGING",
        fmt::format("The views have folded {} events, not yet the one at position {}.",
                    services.views.position(), *wanted)};
}

projections::Question question_of(Call& call, const std::optional<std::string>& known_at) {
    projections::Question question;
    question.view = call.path["view"];
    if (const auto subject = call.path.find("subject"); subject != call.path.end())
        question.subject = subject->second;
    for (const auto& [name, value] : call.request.query)
        if (name != "min_position" && name != "wait") question.parameters.emplace(name, value);
    if (known_at) question.parameters.emplace("known_at", *known_at);
    question.now = call.services.now();
    return question;
}

std::string_view text_member(const boost::json::object& object, std::string_view name) {
    const boost::json::value* found = object.if_contains(name);
    return found && found->is_string() ? std::string_view(found->get_string()) : "";
}

/// Blocks; runs on a worker.
base::Result<Response> answer_of(const Call& call, const projections::Question& question) {
    const auto answer = call.services.views.answer(question);
    if (!answer) return answer.error();
    Response response = Response::json(events::json_text(*answer) + "\n");
    response.set("Ledger-View-Position", std::string(text_member(*answer, "position")));
    response.set("Cache-Control", "no-cache");
    // What is said of one person stands beside the parameters, which a page elsewhere may choose.
    response.packable = question.subject.empty();
    add_memento(call.request, call.services.ledger, question.now, text_member(*answer, "known_at"),
                text_member(*answer, "next_cursor"), response);
    return response;
}

awaitable<base::Result<Response>> get_view(Call& call) {
    const auto known_at = known_at_of(call.request);
    if (!known_at) co_return known_at.error();
    const auto waited = co_await wait_for_views(call);
    if (!waited) co_return waited.error();
    const projections::Question question = question_of(call, *known_at);
    auto job = [&] { return answer_of(call, question); };
    co_return co_await call.services.workers.run(job);
}

Route view_route() {
    Route route;
    route.free_query = true;
    route.handler = get_view;
    route.parameters = {
        {"view", Where::path, Kind::text,
         "dossier, roster, stock, flow-matrix, use-matrix, net-inflow, calendar or "
         "breaches.",
         true},
        {"effective_at", Where::query, Kind::text, "E: the day asked about."},
        {"known_at", Where::query, Kind::text, "K: an instant, a date, or seq:N."},
        {"from", Where::query, Kind::text, "First day of the range."},
        {"to", Where::query, Kind::text, "Day after the last of the range."},
        {"by", Where::query, Kind::text, "region, prefecture or zone."},
        {"scheme", Where::query, Kind::text, "Zone scheme."},
        {"recast", Where::query, Kind::boolean, "Earlier facts in today's divisions."},
        {"basis", Where::query, Kind::text, "actual or planned."},
        {"limit", Where::query, Kind::integer, "Rows at most."},
        {"cursor", Where::query, Kind::text, "`next_cursor` of the last page."},
        {"min_position", Where::query, Kind::integer,
         "The answer must reflect the event at this position."},
        {"wait", Where::query, Kind::text, "How long to wait for it: 500ms, 2s."},
        {"Accept-Datetime", Where::header, Kind::text, "K in whole seconds (RFC 7089)."},
        {"If-None-Match", Where::header, Kind::text, "ETag of an answer that the caller has."}};
    route.outcomes = {
        {200, "The answer, with the head position it reflects.", {"application/json"}, "View"},
        {304, "The answer is still the same.", {}},
        {400, "A parameter cannot be read.", {}},
        {404, "No such view or subject.", {}},
        {503, "The view has not come so far yet.", {}}};
    return route;
}

}  // namespace

Route view_get_route() {
    Route route = view_route();
    route.id = "askView";
    route.path = "/v1/views/{view}";
    route.en =
        "Ask a counted view: stock, flow-matrix, use-matrix, net-inflow; or list breaches. Field "
        "names are parameters that slice or filter.";
    route.zh =
        "查询统计视图：存量、流动矩阵、使用矩阵、净流入；或列出违规记录；字段名可作筛选参数。";
    return route;
}

Route view_of_get_route() {
    Route route = view_route();
    route.id = "askViewOf";
    route.path = "/v1/views/{view}/{subject}";
    route.en = "Ask a view of one subject: dossier/{talent}, roster/{employer}, calendar/{talent}.";
    route.zh = "查询某一对象的视图：人才档案、单位名册、柔性引进日历。";
    route.parameters.push_back(
        {"subject", Where::path, Kind::text, "Id of the talent or employer.", true});
    return route;
}

}  // namespace server
