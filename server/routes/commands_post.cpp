// POST /v1/commands: records one command, or a bulk load of them.
#include <fmt/format.h>

#include "server/accept_command.h"
#include "server/bulk_load.h"
#include "server/event_format.h"
#include "server/limits.h"
#include "server/problem.h"
#include "server/request_body.h"
#include "server/routes/routes.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

Response recorded(const ledger::Receipt& receipt, bool rehearsed) {
    std::string body = receipt_json(receipt);
    if (rehearsed) body += ",\"dry_run\":true";
    const int status = rehearsed || receipt.replayed ? 200 : 201;
    Response response = Response::of(status, std::string(json_type), body + "}\n");
    response.set("Cache-Control", "no-store");
    if (rehearsed) return response;
    response.set("Location", "/v1/commands/" + receipt.command.text());
    response.set("ETag", receipt_tag(receipt));
    if (!receipt.items.empty())
        response.set("Ledger-Position", std::to_string(receipt.items.back().position.value));
    if (receipt.replayed) response.set("Idempotency-Replayed", "true");
    return response;
}

/// Not a coroutine: GCC 12 destroys the operands of `? :` twice where both are awaited.
awaitable<base::Result<ledger::Receipt>> hand_over(AppendQueue& queue, events::Command command,
                                                   bool rehearse) {
    return rehearse ? queue.rehearse(std::move(command)) : queue.append(std::move(command));
}

/// A single command, from any of the JSON forms.
awaitable<base::Result<Response>> record_one(Call& call, bool binary) {
    const auto headers = CommandHeaders::of(call.request);
    if (!headers) co_return headers.error();
    const auto rehearse = call.flag("dry_run");
    if (!rehearse) co_return rehearse.error();
    auto incoming = RequestBody::of(call.connection, call.request);
    if (!incoming) co_return incoming.error();
    auto body = co_await incoming->whole(limits::command_bytes_max);
    if (!body) co_return body.error();
    if (body->empty())
        co_return base::Error{base::Fault::invalid, "E_EMPTY_BODY", "The request has no body."};
    const std::string json = binary ? structured(call.request, *body) : std::move(*body);
    auto command = read_command(call.services.ledger, json, *headers);
    if (!command) co_return command.error();

    const std::vector<events::Expectation> expect = command->expect;
    const auto receipt = co_await hand_over(call.services.appends, std::move(*command), *rehearse);
    if (receipt) co_return recorded(*receipt, *rehearse);
    if (receipt.error().code != "E_STALE_GUARD") co_return receipt.error();
    co_return problem(call.services.ledger.codes(), call.request, receipt.error(),
                      stale_members(call.services.ledger, expect));
}

awaitable<base::Result<Response>> post_commands(Call& call) {
    const std::string* header = call.request.header("content-type");
    const std::string type = header ? media_type_of(*header) : std::string();
    if (type == ndjson_type || type == jsonl_type) co_return co_await load_in_bulk(call);
    const bool binary = call.request.header("ce-type") != nullptr;
    const bool batch = type == "application/cloudevents-batch+json";
    if (binary && type == json_type) co_return co_await record_one(call, true);
    if (type == json_type || type == "application/cloudevents+json" || batch)
        co_return co_await record_one(call, false);
    co_return base::Error{base::Fault::invalid, "E_MEDIA_TYPE",
                          "A command is a CloudEvent in JSON, a batch of them, or NDJSON."};
}

}  // namespace

Route commands_post_route() {
    Route route;
    route.id = "recordCommand";
    route.method = Method::post;
    route.path = "/v1/commands";
    route.en =
        "Record a command: one CloudEvent, a batch that stands or falls together, or a bulk "
        "load with one command per line and one result line each.";
    route.zh = "记录命令：单个事件、同成同败的一批事件，或每行一条命令的批量装载。";
    route.parameters = {
        {"dry_run", Where::query, Kind::boolean, "Decide, but record nothing."},
        {"Ledger-Actor", Where::header, Kind::text,
         "Who asks: id=<hex>; role=P; region=510000; organisation=<hex>."},
        {"Idempotency-Key", Where::header, Kind::text,
         "The command id; equals the body's id or supplies it."},
        {"Content-Encoding", Where::header, Kind::text, "gzip or zstd, where the body is packed."},
        {"If-Match", Where::header, Kind::text, "Expected revision of the home stream, \"r41\"."},
        {"If-None-Match", Where::header, Kind::text, "`*`: the home stream must not exist yet."}};
    const std::string json(json_type), ndjson(ndjson_type);
    route.outcomes = {
        {200,
         "Recorded before (Idempotency-Replayed: true), a dry run, or the result lines of a "
         "bulk load.",
         {json, ndjson},
         "Receipt"},
        {201, "Recorded and durable.", {json}, "Receipt"},
        {400, "The request cannot be read.", {}},
        {403, "The role may not record this type.", {}},
        {408, "The body came too slowly.", {}},
        {412, "An expected revision is stale.", {}},
        {413, "The body is too large.", {}},
        {415, "Not a media type of commands, or a coding that is not known.", {}},
        {422, "A rule refuses it, or the id was used for another command.", {}},
        {428, "The type needs an expected revision.", {}},
        {503, "Too much waits already, or the server is going down.", {}}};
    route.body_types = {"application/cloudevents+json", "application/cloudevents-batch+json", json,
                        ndjson};
    route.handler = post_commands;
    return route;
}

}  // namespace server
