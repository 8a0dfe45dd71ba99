#include "server/openapi.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "server/neighbour_routes.h"
#include "server/route_table.h"

namespace server {
namespace {

namespace json = boost::json;
using events::FieldType;

json::object ref_to(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json::object text_schema(const events::FieldInfo& field) {
    json::object schema{{"type", "string"}};
    if (field.length_max > 0 && !field.list) schema["maxLength"] = field.length_max;
    if (!field.code_list.empty()) schema["x-code-list"] = field.code_list;
    return schema;
}

json::object number_schema(const events::FieldInfo& field) {
    json::object schema{{"type", json::array{"integer", "string"}}};
    if (field.least) schema["minimum"] = *field.least;
    if (field.most) schema["maximum"] = *field.most;
    if (!field.unit.empty()) schema["x-unit"] = field.unit;
    return schema;
}

json::object symbol_schema(const events::FieldInfo& field) {
    json::array names;
    if (field.symbols)
        for (const auto& each : field.symbols->symbols) names.emplace_back(each.name);
    return {{"type", "string"}, {"enum", std::move(names)}};
}

json::object pattern_schema(std::string_view pattern) {
    return {{"type", "string"}, {"pattern", std::string(pattern)}};
}

json::object value_schema(const events::FieldInfo& field) {
    switch (field.type) {
        case FieldType::text:
        case FieldType::code:
            return text_schema(field);
        case FieldType::number:
            return number_schema(field);
        case FieldType::boolean:
            return {{"type", "boolean"}};
        case FieldType::symbol:
            return symbol_schema(field);
        case FieldType::id:
            return pattern_schema("^[0-9a-f]{32}$");
        case FieldType::digest:
            return pattern_schema("^[0-9a-f]{64}$");
        case FieldType::bytes:
            return pattern_schema("^([0-9a-f]{2})*$");
        case FieldType::date:
            return {{"type", "string"}, {"format", "date"}};
        case FieldType::instant:
            return {{"type", "string"}, {"format", "date-time"}};
        case FieldType::event:
            return {{"type", "string"}, {"description", "position:event id"}};
        case FieldType::table:
            return ref_to(field.table ? field.table->name : "object");
        case FieldType::payload:
            return {{"type", "object"}};
        case FieldType::field_names:
            return {{"type", "string"}};
    }
    return {};
}

json::object field_schema(const events::FieldInfo& field) {
    json::object schema = value_schema(field);
    if (field.list) {
        schema = {{"type", "array"}, {"items", std::move(schema)}};
        if (field.items_max > 0) schema["maxItems"] = field.items_max;
    }
    schema["title"] = field.zh;
    if (field.fill) schema["readOnly"] = true;
    if (field.personal != events::PersonalClass::none) {
        schema["x-personal"] = events::schema::EnumNamePersonalClass(field.personal);
        // Sealed values are shown as null to those who may not see them.
        if (const json::value* type = schema.if_contains("type"); type && type->is_string())
            schema["type"] = json::array{*type, "null"};
    }
    return schema;
}

json::object table_schema(const events::TableInfo& table) {
    json::object properties;
    json::array must;
    for (const auto& field : table.fields) {
        properties[field.name] = field_schema(field);
        if (field.must) must.emplace_back(field.name);
        if (field.type == FieldType::payload)
            properties[field.name + "_type"] = json::object{{"type", "string"}};
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!must.empty()) schema["required"] = std::move(must);
    return schema;
}

json::object string_schema(std::string_view description) {
    return {{"type", "string"}, {"description", std::string(description)}};
}

json::object event_schema(const events::Catalogue& catalogue) {
    json::array types, payloads;
    for (const auto& each : catalogue.types()) {
        types.emplace_back(each.event_type);
        payloads.push_back(ref_to(each.name));
    }
    const json::object data{
        {"type", "object"},
        {"properties", json::object{{"payload", json::object{{"anyOf", std::move(payloads)}}},
                                    {"evidence", json::object{{"type", "array"}}},
                                    {"legal_basis", json::object{{"type", "string"}}},
                                    {"expect", json::object{{"type", "object"}}}}}};
    return {{"type", "object"},
            {"required", json::array{"specversion", "id", "type"}},
            {"properties",
             json::object{{"specversion", json::object{{"const", "1.0"}}},
                          {"id", string_schema("Command id on input, event id on output.")},
                          {"source", string_schema("Ignored on input.")},
                          {"type", json::object{{"enum", std::move(types)}}},
                          {"subject", string_schema("Home stream, kind/id.")},
                          {"time", string_schema("When it was recorded; output only.")},
                          {"sequence", string_schema("Position, 20 digits; output only.")},
                          {"streams", string_schema("kind/id@revision separated by spaces.")},
                          {"effectivefrom", json::object{{"type", "string"}, {"format", "date"}}},
                          {"effectiveto", json::object{{"type", "string"}, {"format", "date"}}},
                          {"commandid", string_schema("The command it belongs to.")},
                          {"correlationid", string_schema("Id shared by related commands.")},
                          {"causationid", string_schema("Id of what caused it.")},
                          {"leafhash", string_schema("SHA-256 leaf of the Merkle tree.")},
                          {"data", data}}}};
}

json::object fixed_schemas() {
    const json::object text{{"type", "string"}};
    const json::object flag{{"type", "boolean"}};
    const json::object list{{"type", "array"}, {"items", json::object{{"type", "object"}}}};
    return {{"Receipt", json::object{{"type", "object"},
                                     {"properties", json::object{{"commandid", text},
                                                                 {"position", text},
                                                                 {"recorded_at", text},
                                                                 {"proposed", flag},
                                                                 {"replayed", flag},
                                                                 {"events", list},
                                                                 {"warnings", list}}}}},
            {"EventPage",
             json::object{{"type", "object"},
                          {"properties",
                           json::object{{"events", json::object{{"type", "array"},
                                                                {"items", ref_to("Event")}}},
                                        {"next_cursor", text},
                                        {"head", text}}}}},
            {"View", json::object{{"type", "object"},
                                  {"properties", json::object{{"view", text},
                                                              {"effective_at", text},
                                                              {"known_at", text},
                                                              {"scheme", json::object{}},
                                                              {"position", text},
                                                              {"coverage", json::object{}},
                                                              {"rows", list}}}}},
            {"Problem",
             json::object{{"type", "object"},
                          {"required", json::array{"type", "title", "status", "code", "trace_id"}},
                          {"properties", json::object{{"type", text},
                                                      {"title", text},
                                                      {"status", json::object{{"type", "integer"}}},
                                                      {"detail", text},
                                                      {"instance", text},
                                                      {"code", text},
                                                      {"hint", text},
                                                      {"pointer", text},
                                                      {"trace_id", text},
                                                      {"expected_version", text},
                                                      {"current_version", text},
                                                      {"errors", list}}}}}};
}

json::object parameter_object(const Parameter& parameter) {
    static constexpr const char* places[] = {"path", "query", "header"};
    static constexpr const char* kinds[] = {"string", "integer", "boolean"};
    return {{"name", parameter.name},
            {"in", places[static_cast<int>(parameter.where)]},
            {"required", parameter.must},
            {"description", parameter.en},
            {"schema", json::object{{"type", kinds[static_cast<int>(parameter.kind)]}}}};
}

json::object outcome_object(const Outcome& outcome) {
    json::object content;
    for (const std::string& type : outcome.media_types) {
        const bool shaped = !outcome.schema.empty() && type.find("json") != std::string::npos;
        content[type] =
            shaped ? json::object{{"schema", ref_to(outcome.schema)}} : json::object{};
    }
    if (outcome.media_types.empty() && outcome.status >= 400)
        content["application/problem+json"] = json::object{{"schema", ref_to("Problem")}};
    json::object described{{"description", outcome.en}};
    if (!content.empty()) described["content"] = std::move(content);
    return described;
}

json::object operation_object(const Route& route) {
    json::array parameters;
    for (const Parameter& each : route.parameters) parameters.push_back(parameter_object(each));
    json::object responses;
    for (const Outcome& each : route.outcomes)
        responses[std::to_string(each.status)] = outcome_object(each);
    // What dispatch answers; what is served beside the table says for itself what it may.
    const auto common = route.handler ? common_outcomes(route) : std::vector<Outcome>();
    for (const Outcome& each : common)
        if (!responses.contains(std::to_string(each.status)))
            responses[std::to_string(each.status)] = outcome_object(each);
    json::object operation{{"operationId", route.id},
                           {"summary", route.en},
                           {"x-summary-zh", route.zh},
                           {"parameters", std::move(parameters)},
                           {"responses", std::move(responses)}};
    if (route.body_types.empty()) return operation;
    json::object content;
    for (const std::string& type : route.body_types) {
        const bool is_event = type.find("json") != std::string::npos;
        content[type] = is_event ? json::object{{"schema", ref_to("Event")}} : json::object{};
    }
    operation["requestBody"] = json::object{{"required", true}, {"content", std::move(content)}};
    return operation;
}

json::object component_schemas(const events::Catalogue& catalogue) {
    json::object schemas = fixed_schemas();
    for (const auto& table : catalogue.tables()) schemas[table.name] = table_schema(table);
    for (const auto& type : catalogue.types()) {
        json::object schema = table_schema(*type.table);
        schema["title"] = type.zh;
        schema["description"] = type.en;
        schema["x-event-type"] = type.event_type;
        schemas[type.name] = std::move(schema);
    }
    schemas["Event"] = event_schema(catalogue);
    return schemas;
}

/// Names of the schemas that a schema refers to.
void collect_references(const json::value& value, std::vector<std::string>& names) {
    if (const auto* list = value.if_array())
        for (const json::value& each : *list) collect_references(each, names);
    const auto* object = value.if_object();
    if (!object) return;
    for (const auto& [key, member] : *object) {
        collect_references(member, names);
        if (key != "$ref" || !member.is_string()) continue;
        const std::string_view target = member.get_string();
        names.emplace_back(target.substr(target.rfind('/') + 1));
    }
}

}  // namespace

std::optional<std::string> json_schema(const events::Catalogue& catalogue, std::string_view name) {
    const events::TypeInfo* type = catalogue.find(name);
    const std::string wanted = type ? type->name : std::string(name);
    const json::object all = component_schemas(catalogue);
    if (!all.contains(wanted)) return std::nullopt;
    json::object definitions;
    std::vector<std::string> open{wanted};
    while (!open.empty()) {
        const std::string each = open.back();
        open.pop_back();
        if (definitions.contains(each)) continue;
        definitions[each] = all.at(each);
        collect_references(all.at(each), open);
    }
    const json::object document{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                {"$id", "/schemas/" + wanted},
                                {"$ref", "#/$defs/" + wanted},
                                {"$defs", std::move(definitions)}};
    std::string text = json::serialize(document);
    const std::string there = "#/components/schemas/", here = "#/$defs/";
    for (auto at = text.find(there); at != std::string::npos; at = text.find(there, at))
        text.replace(at, there.size(), here);
    return text + "\n";
}

std::string openapi_document(const events::Catalogue& catalogue) {
    json::object paths;
    for (const auto* routes : {&route_table(), &neighbour_routes()}) {
        for (const Route& route : *routes) {
            auto& item = paths[route.path];
            if (!item.is_object()) item.emplace_object();
            item.as_object()[route.method == Method::post ? "post" : "get"] =
                operation_object(route);
        }
    }
    const json::object document{
        {"openapi", "3.1.0"},
        {"info", json::object{{"title", "Talent Ledger"},
                              {"version", "1"},
                              {"description",
                               "Events are appended once and never change; every answer of a view "
                               "can be asked as of any earlier moment."}}},
        {"paths", std::move(paths)},
        {"components", json::object{{"schemas", component_schemas(catalogue)}}}};
    return json::serialize(document) + "\n";
}

}  // namespace server
