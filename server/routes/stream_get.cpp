// GET /v1/streams/{kind}/{id}: the history of one thing.
#include <fmt/format.h>

#include <limits>

#include "server/content_coding.h"
#include "server/event_pages.h"
#include "server/finishing.h"
#include "server/limits.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

/// Where to begin: `from` is a revision, `after` a position of an earlier page.
base::Result<std::uint64_t> first_of(const Call& call, const events::StreamId& stream) {
    if (call.parameter("after")) {
        const auto after =
            call.number("after", 0, 0, std::numeric_limits<std::uint64_t>::max() - 1);
        if (!after) return after;
        return *after + 1;
    }
    const auto revision = call.number("from", 1, 1, std::numeric_limits<std::uint32_t>::max());
    if (!revision) return revision;
    const auto& ledger = call.services.ledger;
    const auto found = ledger.positions(stream, {static_cast<std::uint32_t>(*revision)}, 1);
    return found.empty() ? ledger.head().size : found.front().value;
}

awaitable<base::Result<Response>> get_stream(Call& call) {
    const std::string name = call.path["kind"] + "/" + call.path["id"];
    const auto stream = events::StreamId::parse(name);
    if (!stream)
        co_return base::Error{base::Fault::invalid, "E_BAD_ID",
                              "The path is not /v1/streams/{kind}/{id}."};
    const auto type =
        preferred(call.request.header("accept"), {json_type, ndjson_type, jsonl_type});
    if (!type)
        co_return base::Error{base::Fault::invalid, "E_NOT_ACCEPTABLE",
                              "A stream comes as JSON or NDJSON."};
    const auto personal = call.flag("personal");
    if (!personal) co_return personal.error();
    const auto from = first_of(call, *stream);
    if (!from) co_return from.error();
    const bool page = *type == json_type;
    const std::uint64_t most =
        page ? limits::page_events_max : std::numeric_limits<std::uint64_t>::max();
    const auto limit = call.number("limit", page ? limits::page_events_default : most, 1, most);
    if (!limit) co_return limit.error();

    const events::Revision revision = call.services.ledger.revision(*stream);
    if (revision.value == 0)
        co_return base::Error{base::Fault::not_found, "E_NO_STREAM", "There is no such stream."};
    // Weak: a page also tells the head of the log, which moves while the stream stays.
    const std::string tag = fmt::format("W/\"r{}\"", revision.value);
    if (page && !*personal)
        if (auto known = known_tag(call.request, tag)) {
            Response same;
            same.set("Cache-Control", "no-cache");
            same.set("Vary", "Accept, Accept-Encoding");
            co_return unchanged(std::move(same), std::move(*known));
        }
    Range range;
    range.from = *from;
    range.upto = call.services.ledger.head().size;
    range.events_max = *limit;
    Selection selection;
    selection.stream = stream;
    if (!page) co_return co_await answer_flow(call, selection, range, Form::ndjson, *personal);
    std::string self =
        fmt::format("/v1/streams/{}?{}", stream->text(), *personal ? "personal=true&" : "");
    std::string members =
        fmt::format("\"stream\":\"{}\",\"revision\":{},", stream->text(), revision.value);
    auto answered = co_await answer_page(call, selection, range, *personal, std::move(self),
                                         std::move(members));
    if (answered && !*personal) answered->set("ETag", tag);
    co_return answered;
}

}  // namespace

Route stream_get_route() {
    Route route;
    route.id = "getStream";
    route.path = "/v1/streams/{kind}/{id}";
    route.en = "All events of one talent, employer, transfer, engagement ... in order.";
    route.zh = "一个人才、单位、流动或柔性引进等对象的全部事件。";
    route.parameters = {
        {"kind", Where::path, Kind::text, "Kind of the stream, such as talent.", true},
        {"id", Where::path, Kind::text, "Id, 32 hexadecimal digits.", true},
        {"from", Where::query, Kind::integer, "First revision, from 1."},
        {"after", Where::query, Kind::integer, "`next_cursor` of the last page."},
        {"limit", Where::query, Kind::integer, "Events at most; 1,000 for a JSON page."},
        {"personal", Where::query, Kind::boolean, "Open sealed personal fields."},
        {"If-None-Match", Where::header, Kind::text, "ETag that the caller has."}};
    route.outcomes = {{200,
                       "Events of the stream; ETag is its revision.",
                       {"application/json", "application/x-ndjson", "application/jsonl"},
                       "EventPage"},
                      {304, "No new revision.", {}},
                      {400, "The stream or a parameter cannot be read.", {}},
                      {404, "No such stream.", {}},
                      {406, "No such form.", {}},
                      {503, "Too many reads are waiting.", {}}};
    route.handler = get_stream;
    return route;
}

}  // namespace server
