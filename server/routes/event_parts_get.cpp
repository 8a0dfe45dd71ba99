// GET /v1/events/{position}/sealed: the sealed parts of an event, so that its opened fields can be
// checked against what the event commits to.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/bytes.h"
#include "ledger/disclosure.h"
#include "ledger/proof/base64.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;

json::object part_json(const ledger::DisclosedPart& part) {
    json::object out{
        {"class", events::schema::EnumNamePersonalClass(part.personal_class)},
        {"subject", part.subject.text()},
        {"state", part.erased ? "erased" : "opened"}};
    if (part.erased) return out;
    out["blob"] = proof::base64(part.blob);
    out["message_key"] = events::hex(part.message_key.data(), part.message_key.size());
    return out;
}

awaitable<base::Result<Response>> get_parts(Call& call) {
    const auto position = call.position();
    if (!position) co_return position.error();
    auto job = [&]() -> base::Result<Response> {
        const auto& ledger = call.services.ledger;
        const auto stored = ledger.event({*position});
        if (!stored) return stored.error();
        const auto parts = ledger::disclose(ledger, stored->event());
        if (!parts) return parts.error();
        json::array rows;
        for (const auto& part : *parts) rows.push_back(part_json(part));
        const json::object out{{"position", std::to_string(*position)}, {"parts", std::move(rows)}};
        auto response = Response::json(json::serialize(out) + "\n");
        // What a reader may see of sealed fields can end at any time.
        response.set("Cache-Control", "no-store");
        response.packable = false;
        return response;
    };
    co_return co_await call.services.workers.run(job);
}

}  // namespace

Route event_parts_route() {
    using Kind = Parameter::Kind;
    using Where = Parameter::Where;
    auto route = described_route("getEventParts", "/v1/events/{position}/sealed",
                                 "The sealed parts of an event with the keys of these messages.",
                                 "某事件的密封部分及其逐条消息密钥。", get_parts);
    route.parameters = {{"position", Where::path, Kind::integer, "Position, from 0.", true}};
    route.outcomes = {{200, "One item for each sealed part.", {"application/json"}},
                      {400, "The position is not one.", {}},
                      {404, "The log has not grown so far.", {}},
                      {503, "Too many reads are waiting.", {}}};
    return route;
}

}  // namespace server
