// GET /v1/events/{position}: one event, which never changes.
#include "server/event_format.h"
#include "server/routes/routes.h"

namespace server {
namespace {

/// The stored event in the form asked for.
Response present(const Call& call, const ledger::StoredEvent& stored, std::string_view type,
                 bool personal) {
    const auto& ledger = call.services.ledger;
    const bool frames = type == frames_type;
    const std::string leaf = events::hex(ledger.leaf({stored.event().position()}));
    const std::string tag = '"' + leaf + (frames ? ".fb\"" : "\"");
    Response response = Response::of(200, std::string(type), {});
    if (frames)
        response.body = stored.bytes();
    else
        append_event_json(response.body, ledger, stored.event(), personal);
    response.set("Vary", "Accept");
    response.packable = !personal;
    // What a reader may see of sealed fields can end at any time; the rest stays for ever.
    if (personal) {
        response.set("Cache-Control", "no-store");
    } else {
        response.set("ETag", tag);
        response.set("Cache-Control", "private, immutable, max-age=31536000");
    }
    return response;
}

awaitable<base::Result<Response>> get_event(Call& call) {
    const auto position = call.position();
    if (!position) co_return position.error();
    const auto personal = call.flag("personal");
    if (!personal) co_return personal.error();
    const auto type = preferred(call.request.header("accept"),
                                {json_type, "application/cloudevents+json", frames_type});
    if (!type)
        co_return base::Error{base::Fault::invalid, "E_NOT_ACCEPTABLE",
                              "An event comes as JSON or as application/vnd.flatbuffers."};
    auto job = [&]() -> base::Result<Response> {
        const auto stored = call.services.ledger.event({*position});
        if (!stored) return stored.error();
        return present(call, *stored, *type, *personal);
    };
    co_return co_await call.services.workers.run(job);
}

}  // namespace

Route event_get_route() {
    using Kind = Parameter::Kind;
    using Where = Parameter::Where;
    Route route;
    route.id = "getEvent";
    route.path = "/v1/events/{position}";
    route.en = "One event by its position in the log. It never changes.";
    route.zh = "按日志位置读取一个事件，内容永不改变。";
    route.parameters = {{"position", Where::path, Kind::integer, "Position, from 0.", true},
                        {"personal", Where::query, Kind::boolean, "Open sealed personal fields."},
                        {"If-None-Match", Where::header, Kind::text, "ETag that the caller has."}};
    route.outcomes = {
        {200,
         "The event.",
         {"application/json", "application/cloudevents+json", "application/vnd.flatbuffers"},
         "Event"},
        {304, "The caller has it already.", {}},
        {400, "The position is not one.", {}},
        {404, "The log has not grown so far.", {}},
        {406, "No such form.", {}}};
    route.handler = get_event;
    return route;
}

}  // namespace server
