// What is documented is what is answered.
#include <catch2/catch.hpp>
#include <set>

#include "events/codes/code_lists.h"
#include "server/problem.h"
#include "server/route_table.h"
#include "tests/server/server_fixture.h"

using namespace test;

TEST_CASE("The OpenAPI document has exactly the routes of the table", "[server]") {
    ServerFixture server;
    const auto document = json_of(server.client().get("/openapi.json"));
    CHECK(text_of(document, "openapi") == "3.1.0");
    std::set<std::string> documented, routed;
    for (const auto& [path, item] : document.at("paths").as_object())
        for (const auto& [method, operation] : item.as_object()) {
            documented.insert(std::string(method) + " " + std::string(path));
            CHECK_FALSE(operation.at("summary").as_string().empty());
            CHECK_FALSE(operation.at("x-summary-zh").as_string().empty());
        }
    for (const auto& route : server::route_table()) {
        routed.insert((route.method == server::Method::post ? "post " : "get ") + route.path);
        INFO(route.path);
        // Every variable of the template is described.
        for (std::size_t at = 0; (at = route.path.find('{', at)) != std::string::npos; ++at) {
            const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
            CHECK(std::count_if(route.parameters.begin(), route.parameters.end(),
                                [&](const auto& each) { return each.name == name; }) == 1);
        }
    }
    CHECK(documented == routed);
}

TEST_CASE("Every event type and every reference of the document is defined", "[server]") {
    ServerFixture server;
    const std::string text = server.client().get("/openapi.json").body;
    const auto document = boost::json::parse(text).as_object();
    const auto& schemas = document.at("components").at("schemas").as_object();
    for (const auto& type : server.ledger().catalogue().types()) CHECK(schemas.contains(type.name));
    const std::string mark = "#/components/schemas/";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
        at += mark.size();
        const std::string name = text.substr(at, text.find('"', at) - at);
        INFO(name);
        CHECK(schemas.contains(name));
    }
}

TEST_CASE("Every documented status is answered, and no other", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), site = fresh_id(), talent = fresh_id();
    const std::string first = employer_registered(employer, fresh_id());
    server.must_post(first);
    server.must_post(site_opened(employer, site));
    server.must_post(talent_registered(talent, 41));
    const std::string receipt = json_of(server.post(first)).at("commandid").as_string().c_str();

    std::map<std::string, std::set<int>> seen;
    const auto note = [&](const std::string& id, int status) { seen[id].insert(status); };
    const auto get = [&](const std::string& id, const std::string& target,
                         const HttpClient::Headers& headers = {}) {
        note(id, server.client().get(target, headers).status);
    };
    const auto post = [&](const std::string& body, const HttpClient::Headers& headers) {
        note("recordCommand", server.post(body, headers).status);
    };
    const HttpClient::Headers html{{"Accept", "text/html"}};
    post(first, as_province);
    post(employer_registered(fresh_id()), as_province);
    post("{", as_province);
    post(employer_registered(fresh_id()), {{"Content-Type", "application/json"}});
    post(site_opened(employer, fresh_id()), with(as_province, "If-Match", "\"r9\""));
    post(std::string(1'100'000, ' '), as_province);
    post("x", {{"Content-Type", "text/plain"}});
    post(site_opened(fresh_id(), fresh_id()), as_province);
    post(affiliation_started(talent, employer, site), as_municipality);
    get("getReceipt", "/v1/commands/" + receipt);
    get("getReceipt", "/v1/commands/x");
    get("getReceipt", "/v1/commands/" + fresh_id());
    get("listEvents", "/v1/events");
    get("listEvents", "/v1/events?limit=x");
    get("listEvents", "/v1/events", html);
    get("getEvent", "/v1/events/0");
    get("getEvent", "/v1/events/0",
        {{"If-None-Match", server.client().get("/v1/events/0").header("etag")}});
    get("getEvent", "/v1/events/x");
    get("getEvent", "/v1/events/99999");
    get("getEvent", "/v1/events/0", html);
    get("getStream", "/v1/streams/employer/" + employer);
    get("getStream", "/v1/streams/employer/" + employer, {{"If-None-Match", "\"r2\""}});
    get("getStream", "/v1/streams/employer/x");
    get("getStream", "/v1/streams/employer/" + fresh_id());
    get("getStream", "/v1/streams/employer/" + employer, html);
    note("streamEvents", server.client().request("HEAD", "/v1/events/stream", {}, {}).status);
    get("streamEvents", "/v1/events/stream?from=x");
    get("streamEvents", "/v1/events/stream", html);
    get("askView", "/v1/views/stock");
    get("askView", "/v1/views/stock?effective_at=x");
    get("askView", "/v1/views/nothing");
    get("askView", "/v1/views/stock?min_position=99999");
    get("askViewOf", "/v1/views/roster/" + employer);
    get("askViewOf", "/v1/views/roster/x");
    get("askViewOf", "/v1/views/roster/" + fresh_id());
    get("askViewOf", "/v1/views/roster/" + employer + "?min_position=99999");
    for (const auto& [id, path] :
         std::map<std::string, std::string>{{"listTypes", "/v1/types"},
                                            {"listSchemas", "/v1/schemas"},
                                            {"getLimits", "/v1/limits"},
                                            {"isAlive", "/livez"},
                                            {"isHealthy", "/healthz"},
                                            {"isReady", "/readyz"},
                                            {"getMetrics", "/metrics"},
                                            {"getOpenApi", "/openapi.json"},
                                            {"home", "/"}})
        get(id, path);
    get("explainProblem", "/problems/E_BAD_JSON");
    get("explainProblem", "/problems/X");

    // Only load, slowness and a stopping server give these; other tests make them.
    const std::set<int> of_circumstance{408, 503};
    for (const auto& route : server::route_table()) {
        INFO(route.id);
        std::set<int> documented;
        for (const auto& outcome : route.outcomes) documented.insert(outcome.status);
        for (const int status : seen[route.id]) {
            INFO(status);
            CHECK(documented.contains(status));
        }
        for (const int status : documented) {
            INFO(status);
            if (!of_circumstance.contains(status)) CHECK(seen[route.id].contains(status));
        }
    }
}

TEST_CASE("Every code the server gives has its sentences in both languages", "[server]") {
    const auto& codes = events::CodeLists::built_in();
    for (const char* code : {"E_BAD_REQUEST",
                             "E_HEADER_TOO_LARGE",
                             "E_URI_TOO_LONG",
                             "E_HTTP_VERSION",
                             "E_TRANSFER_CODING",
                             "E_NOT_IMPLEMENTED",
                             "E_METHOD",
                             "E_NO_ROUTE",
                             "E_HOST",
                             "E_TIMEOUT",
                             "E_BODY_TOO_LARGE",
                             "E_EMPTY_BODY",
                             "E_MEDIA_TYPE",
                             "E_NOT_ACCEPTABLE",
                             "E_BAD_HEADER",
                             "E_BAD_ACTOR",
                             "E_KEY_MISMATCH",
                             "E_BAD_PARAMETER",
                             "E_UNKNOWN_PARAMETER",
                             "E_BAD_POSITION",
                             "E_BAD_ID",
                             "E_NO_COMMAND",
                             "E_NO_STREAM",
                             "E_NO_EVENT",
                             "E_NO_CODE",
                             "E_VIEW_LAGGING",
                             "E_OVERLOADED",
                             "E_DRAINING",
                             "E_INTERNAL",
                             "E_STALE_GUARD",
                             "E_COMMAND_REUSED",
                             "E_GUARD_REQUIRED",
                             "E_ROLE",
                             "E_QUEUE_FULL",
                             "E_STOPPING"}) {
        INFO(code);
        const auto en = server::text_of(codes, code, base::Fault::storage, server::Language::en);
        const auto zh = server::text_of(codes, code, base::Fault::storage, server::Language::zh);
        CHECK(en.title != code);
        CHECK(zh.title != en.title);
        CHECK_FALSE(en.hint.empty());
        CHECK(zh.hint != en.hint);
        CHECK(en.status >= 400);
    }
}
