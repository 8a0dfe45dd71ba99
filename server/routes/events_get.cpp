// GET /v1/events: the log, page by page or as one flow.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "server/event_pages.h"
#include "server/limits.h"
#include "server/routes/routes.h"

namespace server {
namespace {

/// First position asked for: `after` and `cursor` are exclusive, `from` is not.
base::Result<std::uint64_t> first_of(const Call& call) {
    const auto& ledger = call.services.ledger;
    for (const char* exclusive : {"after", "cursor"})
        if (const std::string* text = call.parameter(exclusive)) {
            const auto position = parse_position(ledger, exclusive, *text);
            if (!position) return position;
            return *text == "begin" || *text == "end" ? *position : *position + 1;
        }
    const std::string* from = call.parameter("from");
    return parse_position(ledger, "from", from ? *from : "begin");
}

std::string own_link(const Call& call) {
    std::string self = "/v1/events?";
    for (const char* name : {"type", "stream", "personal"})
        if (const std::string* value = call.parameter(name))
            self += fmt::format("{}={}&", name, *value);
    return self;
}

awaitable<base::Result<Response>> get_events(Call& call) {
    const auto type =
        preferred(call.request.header("accept"), {json_type, ndjson_type, jsonl_type, frames_type});
    if (!type)
        co_return base::Error{base::Fault::invalid, "E_NOT_ACCEPTABLE",
                              "Events come as JSON, NDJSON or application/vnd.flatbuffers."};
    const auto personal = call.flag("personal");
    if (!personal) co_return personal.error();
    const auto from = first_of(call);
    if (!from) co_return from.error();
    auto selection = Selection::parse(call.services.ledger.catalogue(), call.parameter("type"),
                                      call.parameter("stream"));
    if (!selection) co_return selection.error();
    const bool page = *type == json_type;
    const std::uint64_t most =
        page ? limits::page_events_max : std::numeric_limits<std::uint64_t>::max();
    const auto limit = call.number("limit", page ? limits::page_events_default : most, 1, most);
    if (!limit) co_return limit.error();

    Range range;
    range.from = *from;
    range.upto = call.services.ledger.head().size;
    range.events_max = *limit;
    if (page) {
        std::string self = own_link(call);
        co_return co_await answer_page(call, *selection, range, *personal, std::move(self), {});
    }
    const Form form = *type == frames_type ? Form::frames : Form::ndjson;
    co_return co_await answer_flow(call, *selection, range, form, *personal);
}

}  // namespace

Route events_get_route() {
    using Kind = Parameter::Kind;
    using Where = Parameter::Where;
    Route route;
    route.id = "listEvents";
    route.path = "/v1/events";
    route.en =
        "Events in log order: a JSON page with a cursor, or the whole range as NDJSON or "
        "FlatBuffers frames.";
    route.zh = "按日志顺序读取事件：JSON 分页，或以 NDJSON、FlatBuffers 帧一次读完。";
    route.parameters = {
        {"from", Where::query, Kind::text, "First position: begin, end, a number or an instant."},
        {"after", Where::query, Kind::text, "Position to go on after."},
        {"cursor", Where::query, Kind::text, "`next_cursor` of the last page; same as after."},
        {"limit", Where::query, Kind::integer, "Events at most; 1,000 for a JSON page."},
        {"type", Where::query, Kind::text, "Event types, separated by commas."},
        {"stream", Where::query, Kind::text, "Only events of this stream, kind/id."},
        {"personal", Where::query, Kind::boolean, "Open sealed personal fields."},
        {"If-None-Match", Where::header, Kind::text, "ETag of a page that the caller has."}};
    route.outcomes = {{200,
                       "Events.",
                       {"application/json", "application/x-ndjson", "application/jsonl",
                        "application/vnd.flatbuffers"},
                       "EventPage"},
                      {304, "The page is still the same.", {}},
                      {400, "A parameter cannot be read.", {}},
                      {406, "No such form.", {}},
                      {503, "Too many reads are waiting.", {}}};
    route.handler = get_events;
    return route;
}

}  // namespace server
