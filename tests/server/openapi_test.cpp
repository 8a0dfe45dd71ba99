// What is documented is what is answered.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "events/codes/code_lists.h"
#include "server/problem.h"
#include "server/neighbour_routes.h"
#include "server/route_table.h"
#include "tests/server/recorded_map.h"

using namespace test;

TEST_CASE("The OpenAPI document has exactly the routes of the table, and those for other logs",
          "[server]") {
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
    auto routes = server::route_table();
    const auto& more = server::neighbour_routes();
    routes.insert(routes.end(), more.begin(), more.end());
    for (const auto& route : routes) {
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

namespace {

/// Statuses seen, by route.
class Seen {
public:
    explicit Seen(ServerFixture& server) : server_(server) {}

    void get(const std::string& id, const std::string& target,
             const HttpClient::Headers& headers = {}) {
        note(id, server_.client().get(target, headers).status);
    }
    void post(const std::string& body, const HttpClient::Headers& headers) {
        note("recordCommand", server_.post(body, headers).status);
    }
    void note(const std::string& id, int status) { by_route_[id].insert(status); }
    const std::set<int>& of(const std::string& id) { return by_route_[id]; }

private:
    ServerFixture& server_;
    std::map<std::string, std::set<int>> by_route_;
};

/// Asks a route in a way that is good, by its id.
using Samples = std::map<std::string, std::string>;

Samples fixed_samples() {
    return {{"listTypes", "/v1/types"},
            {"listSchemas", "/v1/schemas"},
            {"getLimits", "/v1/limits"},
            {"isAlive", "/livez"},
            {"isHealthy", "/healthz"},
            {"isReady", "/readyz"},
            {"getMetrics", "/metrics"},
            {"getOpenApi", "/openapi.json"},
            {"home", "/"},
            {"getApiCatalog", "/.well-known/api-catalog"},
            {"getSchema", "/schemas/Event"},
            {"getAsyncApi", "/asyncapi.json"},
            {"explainProblem", "/problems/E_BAD_JSON"},
            {"getEventParts", "/v1/events/0/sealed"},
            {"getEventProof", "/v1/events/0/proof"},
            {"getConsistency", "/v1/proofs/consistency?from=1"},
            {"getCheckpoints", "/v1/checkpoints"},
            {"getViewDigests", "/v1/views/digests"},
            {"getLogCheckpoint", "/log/checkpoint"},
            {"getLogVerifiers", "/log/vkey"},
            {"getLogPolicy", "/log/policy"},
            {"getLogTile", "/log/tile/0/000.p/1"}};
}

/// What dispatch refuses before any handler is asked.
void ask_amiss(ServerFixture& server, Seen& seen, const Samples& samples) {
    for (const auto& route : server::route_table()) {
        const bool post = route.method == server::Method::post;
        const std::string method = post ? "POST" : "GET";
        const std::string path = post ? "/v1/commands" : samples.at(route.id);
        const auto ask = [&](const std::string& target, const HttpClient::Headers& headers) {
            seen.note(route.id, server.client().request(method, target, headers, {}).status);
        };
        ask(path + (path.find('?') == std::string::npos ? "?" : "&") + "no_such=1", {});
        if (!post) ask(path, {{"Accept-Encoding", "identity;q=0"}});
        HttpClient stranger = server.client();
        stranger.send(method + " " + path + " HTTP/1.1\r\nHost: ledger.example\r\n\r\n");
        seen.note(route.id, stranger.read_answer().status);
    }
}

}  // namespace

TEST_CASE("Every documented status is answered, and no other", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), site = fresh_id(), talent = fresh_id();
    const std::string first = employer_registered(employer, fresh_id());
    server.must_post(first);
    server.must_post(site_opened(employer, site));
    server.must_post(talent_registered(talent, 41));
    const std::string receipt = json_of(server.post(first)).at("commandid").as_string().c_str();
    const std::string position = std::to_string(server.size() - 1);
    server.client().get("/v1/views/stock?wait=20s&min_position=" + position);

    Seen seen(server);
    const auto get = [&](const std::string& id, const std::string& target,
                         const HttpClient::Headers& headers = {}) {
        seen.get(id, target, headers);
    };
    const auto again = [&](const std::string& id, const std::string& target) {
        const auto answer = server.client().get(target);
        seen.note(id, answer.status);
        get(id, target, {{"If-None-Match", answer.header("etag")}});
    };
    const HttpClient::Headers html{{"Accept", "text/html"}};
    Samples samples = fixed_samples();
    samples.insert({{"getReceipt", "/v1/commands/" + receipt},
                    {"listEvents", "/v1/events"},
                    {"getEvent", "/v1/events/0"},
                    {"getStream", "/v1/streams/employer/" + employer},
                    {"getStreamProof", "/v1/proofs/streams/employer/" + employer},
                    {"streamEvents", "/v1/events/stream?from=x"},
                    {"askView", "/v1/views/stock"},
                    {"askViewOf", "/v1/views/roster/" + employer}});

    seen.post(first, as_province);
    seen.post(employer_registered(fresh_id()), as_province);
    seen.post("{", as_province);
    seen.post(employer_registered(fresh_id()), {{"Content-Type", "application/json"}});
    seen.post(site_opened(employer, fresh_id()), with(as_province, "If-Match", "\"r9\""));
    seen.post(std::string(1'100'000, ' '), as_province);
    seen.post("x", {{"Content-Type", "text/plain"}});
    seen.post(site_opened(fresh_id(), fresh_id()), as_province);
    seen.post(affiliation_started(talent, employer, site), as_municipality);
    get("getStreamProof", samples.at("getStreamProof"));
    record_map(server);
    for (const auto& [id, path] : samples)
        if (id != "streamEvents") get(id, path);
    for (const char* id : {"listEvents", "getEvent", "getStream", "askView", "askViewOf", "home",
                           "getStreamProof", "getEventProof", "getConsistency",
                           "getCheckpoints", "getLogCheckpoint",
                           "getLogVerifiers", "getLogPolicy", "getLogTile"})
        again(id, samples.at(id));
    for (const char* id : {"listEvents", "getEvent", "getStream"}) get(id, samples.at(id), html);
    get("getReceipt", "/v1/commands/x");
    get("getReceipt", "/v1/commands/" + fresh_id());
    get("getEvent", "/v1/events/x");
    get("getEvent", "/v1/events/99999");
    get("getStream", "/v1/streams/employer/x");
    get("getStream", "/v1/streams/employer/" + fresh_id());
    seen.note("streamEvents", server.client().request("HEAD", "/v1/events/stream", {}, {}).status);
    get("streamEvents", "/v1/events/stream", html);
    get("askView", "/v1/views/nothing");
    get("askViewOf", "/v1/views/roster/x");
    get("askViewOf", "/v1/views/roster/" + fresh_id());
    get("getEventParts", "/v1/events/x/sealed");
    get("getEventParts", "/v1/events/99999/sealed");
    get("getEventProof", "/v1/events/99999/proof");
    get("getLogTile", "/log/tile/0/999");
    get("getLogTile", samples.at("getLogTile"), {{"Range", "bytes=0-3"}});
    get("getLogTile", samples.at("getLogTile"), {{"Range", "bytes=9999-"}});
    get("explainProblem", "/problems/X");
    get("getSchema", "/schemas/X");
    ask_amiss(server, seen, samples);

    // A server that goes down, one that has no hands free, and one that is asked too often.
    server.app->services().standing.draining = true;
    for (const auto& [id, path] : samples) get(id, path);
    seen.post(first, as_province);
    server.app->services().standing.draining = false;
    server.app->services().workers.stop();
    get("getMetrics", "/metrics");
    get("getLogTile", samples.at("getLogTile"));
    server.restart_with({.body_pause_ms = 10, .requests_per_minute = 1});
    HttpClient slow = server.client();
    slow.send(HttpClient::head("POST", "/v1/commands", as_province, 10));
    seen.note("recordCommand", slow.read_answer().status);
    seen.post(first, as_province);
    for (const auto& [id, path] : samples) get(id, path);

    server.restart_with({});
    const auto document = json_of(server.client().get("/openapi.json"));
    for (const auto& [path, item] : document.at("paths").as_object()) {
        // Answered where the settings say so: witness_test, mirror_test.
        if (path.starts_with("/witness/") || path.starts_with("/mirror/")) continue;
        for (const auto& [method, operation] : item.as_object()) {
            const std::string id = text_of(operation.as_object(), "operationId");
            INFO(id);
            std::set<int> documented;
            for (const auto& [status, outcome] : operation.at("responses").as_object())
                documented.insert(std::stoi(std::string(status)));
            CHECK(seen.of(id) == documented);
        }
    }
}

TEST_CASE("Every code the server gives has its sentences in both languages", "[server]") {
    const auto& codes = events::CodeLists::built_in();
    for (const char* code : {"E_BAD_REQUEST",    "E_HEADER_TOO_LARGE",  "E_URI_TOO_LONG",
                             "E_HTTP_VERSION",   "E_TRANSFER_CODING",   "E_NOT_IMPLEMENTED",
                             "E_METHOD",         "E_NO_ROUTE",          "E_HOST",
                             "E_TIMEOUT",        "E_BODY_TOO_LARGE",    "E_EMPTY_BODY",
                             "E_CONTENT_CODING", "E_BAD_CODING",        "E_RATE_LIMIT",
                             "E_NO_SCHEMA",      "E_MEDIA_TYPE",        "E_NOT_ACCEPTABLE",
                             "E_BAD_HEADER",     "E_BAD_ACTOR",         "E_KEY_MISMATCH",
                             "E_BAD_PARAMETER",  "E_UNKNOWN_PARAMETER", "E_BAD_POSITION",
                             "E_BAD_ID",         "E_NO_COMMAND",        "E_NO_STREAM",
                             "E_NO_EVENT",       "E_NO_CODE",           "E_VIEW_LAGGING",
                             "E_OVERLOADED",     "E_DRAINING",          "E_INTERNAL",
                             "E_STALE_GUARD",    "E_COMMAND_REUSED",    "E_GUARD_REQUIRED",
                             "E_ROLE",           "E_QUEUE_FULL",        "E_STOPPING"}) {
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
