// GET /v1/types and /v1/schemas: what can happen, in the words of the catalogue.
#include <openssl/evp.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "events/catalogue_names.h"
#include "events/event.h"
#include "server/openapi.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;

json::array roles_of(const events::TypeInfo& type) {
    json::array roles;
    for (const auto role : events::schema::EnumValuesRole())
        if (role != events::Role::none && type.may_record(role))
            roles.emplace_back(events::schema::EnumNameRole(role));
    return roles;
}

json::object describe(const events::TypeInfo& type) {
    return {{"name", type.name},
            {"type", type.event_type},
            {"number", static_cast<int>(type.type)},
            {"zh", type.zh},
            {"en", type.en},
            {"home", std::string(events::name_of(type.home))},
            {"opens", type.opens},
            {"roles", roles_of(type)},
            {"dates", std::string(events::name_of(type.dates))},
            {"approval", std::string(events::name_of(type.approval))},
            {"personal", type.has_personal},
            {"schema", "/schemas/" + type.name}};
}

awaitable<base::Result<Response>> get_types(Call& call) {
    json::array types;
    for (const auto& each : call.services.ledger.catalogue().types())
        types.push_back(describe(each));
    Response response =
        Response::json(json::serialize(json::object{{"types", std::move(types)}}) + "\n");
    response.set("Cache-Control", hour_cache);
    response.packable = true;
    co_return response;
}

awaitable<base::Result<Response>> get_schemas(Call& call) {
    const std::string_view bytes = call.services.ledger.catalogue().schema_bytes();
    events::Hash digest;
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    const json::object schema{{"version", static_cast<int>(events::schema_version)},
                              {"form", "FlatBuffers binary schema (bfbs)"},
                              {"bytes", std::to_string(bytes.size())},
                              {"sha256", events::hex(digest)},
                              {"recorded_as", "SchemaPublished"},
                              {"href", "/schemas/event.bfbs"},
                              {"json", "/openapi.json"}};
    Response response =
        Response::json(json::serialize(json::object{{"schemas", json::array{schema}}}) + "\n");
    response.set("Cache-Control", hour_cache);
    response.packable = true;
    co_return response;
}

awaitable<base::Result<Response>> get_openapi(Call& call) {
    static const std::string document = openapi_document(call.services.ledger.catalogue());
    Response response = Response::of(200, "application/vnd.oai.openapi+json;version=3.1", document);
    response.set("Cache-Control", hour_cache);
    response.packable = true;
    co_return response;
}

}  // namespace

Route types_route() {
    Route route;
    route.id = "listTypes";
    route.path = "/v1/types";
    route.en = "Every event type: label, who may record it, how it is dated.";
    route.zh = "全部事件类型：名称、可记录角色、日期用法。";
    route.outcomes = {{200, "The types.", {"application/json"}}};
    route.handler = get_types;
    route.without_ready = true;
    return route;
}

Route schemas_route() {
    Route route;
    route.id = "listSchemas";
    route.path = "/v1/schemas";
    route.en = "The schema versions that events in this ledger follow.";
    route.zh = "本账本事件所遵循的模式版本。";
    route.outcomes = {{200, "The versions.", {"application/json"}}};
    route.handler = get_schemas;
    route.without_ready = true;
    return route;
}

Route openapi_route() {
    Route route;
    route.id = "getOpenApi";
    route.path = "/openapi.json";
    route.en = "This document.";
    route.zh = "本接口说明。";
    route.outcomes = {{200, "OpenAPI 3.1.", {"application/vnd.oai.openapi+json;version=3.1"}}};
    route.handler = get_openapi;
    route.without_ready = true;
    return route;
}

}  // namespace server
