// GET /v1/commands/{id}: the receipt of a recorded command.
#include "server/accept_command.h"
#include "server/routes/routes.h"

namespace server {
namespace {

awaitable<base::Result<Response>> get_command(Call& call) {
    const auto id = events::Id::parse(call.path["id"]);
    if (!id)
        co_return base::Error{base::Fault::invalid, "E_BAD_ID", "The command id is not an id."};
    const auto receipt = call.services.ledger.receipt(events::CommandId{*id});
    if (!receipt)
        co_return base::Error{base::Fault::not_found, "E_NO_COMMAND",
                              "No command of that id is recorded."};
    Response response = Response::json(receipt_json(*receipt) + "}\n");
    response.set("ETag", receipt_tag(*receipt));
    if (!receipt->items.empty())
        response.set("Ledger-Position", std::to_string(receipt->items.back().position.value));
    response.set("Cache-Control", "private, immutable, max-age=31536000");
    co_return response;
}

}  // namespace

Route command_get_route() {
    Route route;
    route.id = "getReceipt";
    route.path = "/v1/commands/{id}";
    route.en = "The receipt of a recorded command.";
    route.zh = "已记录命令的回执。";
    route.parameters = {{"id", Parameter::Where::path, Parameter::Kind::text, "Command id.", true}};
    route.outcomes = {{200, "The receipt.", {"application/json"}, "Receipt"},
                      {400, "The id is not one.", {}},
                      {404, "Not recorded.", {}}};
    route.handler = get_command;
    return route;
}

}  // namespace server
