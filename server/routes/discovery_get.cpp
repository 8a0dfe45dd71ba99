// /schemas/{name}, /asyncapi.json and /.well-known/api-catalog: for programs that meet the server
// first.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/asyncapi.h"
#include "server/event_format.h"
#include "server/openapi.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;

constexpr const char* linkset_type =
    "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

awaitable<base::Result<Response>> get_schema(Call& call) {
    const auto& catalogue = call.services.ledger.catalogue();
    const std::string& name = call.path["name"];
    Response response;
    if (name == "event.bfbs") {
        response =
            Response::of(200, std::string(frames_type), std::string(catalogue.schema_bytes()));
    } else if (auto schema = json_schema(catalogue, name)) {
        response = Response::of(200, "application/schema+json", std::move(*schema));
    } else {
        co_return base::Error{base::Fault::not_found, "E_NO_SCHEMA",
                              "There is no schema of that name."};
    }
    response.packable = true;
    response.set("Cache-Control", hour_cache);
    co_return response;
}

awaitable<base::Result<Response>> get_asyncapi(Call&) {
    Response response =
        Response::of(200, "application/vnd.aai.asyncapi+json;version=3.0.0", asyncapi_document());
    response.packable = true;
    response.set("Cache-Control", hour_cache);
    co_return response;
}

json::object link_to(const char* path, const char* type) {
    return {{"href", path}, {"type", type}};
}

/// RFC 9727: what is here, as links that a program can follow.
awaitable<base::Result<Response>> get_catalog(Call&) {
    const json::object api{
        {"anchor", "/"},
        {"service-desc",
         json::array{link_to("/openapi.json", "application/vnd.oai.openapi+json;version=3.1"),
                     link_to("/asyncapi.json", "application/vnd.aai.asyncapi+json;version=3.0.0")}},
        {"service-doc", json::array{link_to("/", "text/html")}},
        {"service-meta", json::array{link_to("/v1/limits", "application/json"),
                                     link_to("/v1/types", "application/json"),
                                     link_to("/v1/schemas", "application/json")}},
        {"status", json::array{link_to("/readyz?verbose", "application/json")}}};
    const json::object linkset{{"linkset", json::array{api}}};
    Response response = Response::of(200, linkset_type, json::serialize(linkset) + "\n");
    response.set("Link", "</.well-known/api-catalog>; rel=\"api-catalog\"");
    response.set("Cache-Control", hour_cache);
    co_return response;
}

}  // namespace

Route schema_get_route() {
    Route route;
    route.id = "getSchema";
    route.path = "/schemas/{name}";
    route.en =
        "JSON Schema of an event type or table; `event.bfbs` is the binary FlatBuffers schema.";
    route.zh = "事件类型或表的 JSON Schema；event.bfbs 为 FlatBuffers 二进制模式。";
    route.parameters = {{"name", Parameter::Where::path, Parameter::Kind::text,
                         "SiteOpened, talent.SiteOpened.v1, Event, event.bfbs ...", true}};
    route.outcomes = {
        {200, "The schema.", {"application/schema+json", "application/vnd.flatbuffers"}},
        {404, "No such schema.", {}}};
    route.handler = get_schema;
    route.without_ready = true;
    return route;
}

Route asyncapi_route() {
    Route route;
    route.id = "getAsyncApi";
    route.path = "/asyncapi.json";
    route.en = "What comes over the event stream.";
    route.zh = "事件流所推送内容的说明。";
    route.outcomes = {{200, "AsyncAPI 3.0.", {"application/vnd.aai.asyncapi+json;version=3.0.0"}}};
    route.handler = get_asyncapi;
    route.without_ready = true;
    return route;
}

Route api_catalog_route() {
    Route route;
    route.id = "getApiCatalog";
    route.path = "/.well-known/api-catalog";
    route.en = "Where the descriptions of this interface are (RFC 9727).";
    route.zh = "本接口各项说明的位置（RFC 9727）。";
    route.outcomes = {{200, "A set of links.", {"application/linkset+json"}}};
    route.handler = get_catalog;
    route.without_ready = true;
    return route;
}

}  // namespace server
