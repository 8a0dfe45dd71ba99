// GET /v1/proofs/streams/{kind}/{id}: that a stream holds so many events and no more, or is not.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/completeness.h"
#include "ledger/notary.h"
#include "ledger/proof/base64.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;
using Kind = Parameter::Kind;
using Where = Parameter::Where;

json::object json_of(const ledger::Completeness::Answer& answer) {
    const auto& [proof, record] = answer;
    json::array path;
    for (const auto& hash : proof.inclusion.path) path.emplace_back(events::hex(hash));
    json::object out{{"stream", proof.stream.text()},
                     {"count", std::to_string(proof.state ? proof.state->count : 0)},
                     {"last", nullptr},
                     {"map",
                      {{"size", std::to_string(record.size)},
                       {"streams", std::to_string(record.streams)},
                       {"root", events::hex(record.root)},
                       {"recorded_at", std::to_string(record.position)}}},
                     {"proof", proof::base64(proof.map.encoded())},
                     {"record", proof::base64(proof.record)},
                     {"inclusion",
                      {{"position", std::to_string(proof.inclusion.index)},
                       {"path", std::move(path)},
                       {"checkpoint", proof.inclusion.checkpoint}}}};
    if (proof.state) out["last"] = std::to_string(proof.state->last);
    return out;
}

awaitable<base::Result<Response>> get_completeness(Call& call) {
    const auto stream = events::StreamId::parse(call.path["kind"] + "/" + call.path["id"]);
    if (!stream)
        co_return base::Error{base::Fault::invalid, "E_BAD_ID",
                              "The path is not /v1/proofs/streams/{kind}/{id}."};
    const auto* form = call.parameter("form");
    if (form && *form != "json" && *form != "text")
        co_return bad_parameter("form", "is not one of json, text");
    const bool text = form && *form == "text";
    auto job = [&]() -> base::Result<Response> {
        const auto newest = call.services.notary.newest();
        if (!newest) {
            return base::Error{base::Fault::overloaded, "E_NOT_PUBLISHED",
                               "No checkpoint has been published yet."};
        }
        const auto answer =
            call.services.completeness.prove(*stream, newest->note, newest->checkpoint);
        if (!answer) return answer.error();
        auto response = text ? Response::of(200, "text/plain; charset=utf-8",
                                            answer->proof.encoded())
                             : Response::json(json::serialize(json_of(*answer)) + "\n");
        response.set("Cache-Control", "no-cache");
        return response;
    };
    co_return co_await call.services.workers.run(job);
}

}  // namespace

Route completeness_route() {
    Route route = described_route(
        "getStreamProof", "/v1/proofs/streams/{kind}/{id}",
        "That a stream holds so many events and no more, or that there is no such stream.",
        "证明某流的事件齐全，或并无此流。", get_completeness);
    route.parameters = {
        {"kind", Where::path, Kind::text, "Kind of the stream, `talent`.", true},
        {"id", Where::path, Kind::text, "Its id.", true},
        {"form", Where::query, Kind::text, "json, or text: one file that needs nothing else."},
        {"If-None-Match", Where::header, Kind::text, "ETag that the caller has."}};
    route.outcomes = {{200, "The proof, also of absence.", {"application/json", "text/plain"}},
                      {304, "The caller has it already.", {}},
                      {400, "There is no such kind, or this is no id.", {}},
                      {404, "No completeness map is on record yet.", {}},
                      {503, "The map is on its way, or its record under no checkpoint yet.", {}}};
    return route;
}

}  // namespace server
