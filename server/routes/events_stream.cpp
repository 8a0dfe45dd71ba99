// GET /v1/events/stream: server-sent events, from any point of the log into the live tail.
#include "server/event_subscription.h"
#include "server/limits.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

/// `Last-Event-ID` wins over `from` and is exclusive.
base::Result<std::uint64_t> first_unseen(const Call& call) {
    const auto& ledger = call.services.ledger;
    if (const std::string* last = call.request.header("last-event-id"); last && !last->empty()) {
        const auto position = parse_position(ledger, "Last-Event-ID", *last);
        if (!position) return position;
        return *position + 1;
    }
    const std::string* from = call.parameter("from");
    return parse_position(ledger, "from", from ? *from : "end");
}

awaitable<base::Result<Response>> stream_events(Call& call) {
    const auto from = first_unseen(call);
    if (!from) co_return from.error();
    auto selection = Selection::parse(call.services.ledger.catalogue(), call.parameter("type"),
                                      call.parameter("stream"));
    if (!selection) co_return selection.error();
    std::optional<std::uint64_t> known;
    if (call.parameter("checkpoint_from")) {
        const auto size = call.number("checkpoint_from", 0, 0, UINT64_MAX);
        if (!size) co_return size.error();
        known = *size;
    }
    if (!preferred(call.request.header("accept"), {"text/event-stream"}))
        co_return base::Error{base::Fault::invalid, "E_NOT_ACCEPTABLE",
                              "This is a stream of text/event-stream."};
    Response head;
    head.set("Content-Type", "text/event-stream; charset=utf-8");
    head.set("Cache-Control", "no-store");
    head.set("X-Accel-Buffering", "no");
    if (call.request.method == Method::head) co_return head;
    co_return co_await subscribe(call, *selection, *from, known, std::move(head));
}

}  // namespace

Route events_stream_route() {
    Route route;
    route.id = "streamEvents";
    route.path = "/v1/events/stream";
    route.en = "Server-sent events without gap or repeat: catches up, then follows the log.";
    route.zh = "服务器推送事件：先补齐历史再实时跟随，不缺不重。";
    route.parameters = {
        {"from", Where::query, Kind::text, "begin, end (default), a position or an instant."},
        {"type", Where::query, Kind::text, "Event types, separated by commas."},
        {"stream", Where::query, Kind::text, "Only events of this stream, kind/id."},
        {"checkpoint_from", Where::query, Kind::integer,
         "Size of the checkpoint that the caller holds; the newest one comes at once, with the "
         "proof that it continues that one."},
        {"Last-Event-ID", Where::header, Kind::integer, "Go on after this position."}};
    route.outcomes = {
        {200, "event, checkpoint, caught-up, fell-behind, goodbye.", {"text/event-stream"}},
        {400, "A parameter cannot be read, or the caller holds more than is published.", {}},
        {406, "No such form.", {}},
        {503, "Too many subscribers.", {}}};
    route.handler = stream_events;
    return route;
}

}  // namespace server
