// Asking in time by HTTP's own means, traces, and how the server describes itself.
#include <catch2/catch.hpp>
#include <set>

#include "server/http_date.h"
#include "server/trace.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

const std::string w3c_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

std::string parent_of(const std::string& trace) {
    return "00-" + trace + "-00f067aa0ba902b7-01";
}

/// A demonstration ledger with one employer in May and another in July 2019.
struct TimedServer : ServerFixture {
    TimedServer() {
        must_post(at("2019-05-01T00:00:00Z", employer_registered(fresh_id())));
        const auto last = must_post(at("2019-07-01T00:00:00Z", employer_registered(fresh_id())));
        const auto seen =
            client().get("/v1/views/stock?wait=20s&min_position=" + last.header("ledger-position"));
        if (seen.status != 200) throw std::runtime_error(seen.body);
    }
    static std::string at(const std::string& time, std::string json) {
        return json.insert(1, "\"demotime\":\"" + time + "\",");
    }
};

}  // namespace

TEST_CASE("HTTP dates are read as they are written, and in no other form", "[server]") {
    using server::parse_http_date;
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777'000'000);
    for (const char* bad : {"", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
                            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                            "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
        INFO(bad);
        CHECK_FALSE(parse_http_date(bad));
    }
}

TEST_CASE("A view is asked in time by Accept-Datetime", "[server]") {
    TimedServer server;
    HttpClient client = server.client();
    const auto now = client.get("/v1/views/stock");
    CHECK(now.header("memento-datetime").empty());
    CHECK(now.header("vary").find("Accept-Datetime") != std::string::npos);
    CHECK(now.header("link").find("</v1/views/stock>; rel=\"original timegate\"") == 0);

    const std::string june = "Sat, 01 Jun 2019 00:00:00 GMT";
    const auto then = client.get("/v1/views/stock", {{"Accept-Datetime", june}});
    REQUIRE(then.status == 200);
    CHECK(text_of(json_of(then), "known_at") == "2019-06-01T00:00:00.000000Z");
    CHECK(then.header("memento-datetime") == june);
    const std::string memento = then.header("content-location");
    CHECK(memento == "/v1/views/stock?known_at=2019-06-01T00:00:00.000000Z");
    const auto same = client.get(memento);
    CHECK(same.body == then.body);
    CHECK(same.header("memento-datetime") == june);
    CHECK(same.header("vary").find("Accept-Datetime") == std::string::npos);

    // What K names exactly is not overruled by a second.
    const auto exact = client.get("/v1/views/stock?known_at=seq:3&effective_at=2019-05-05",
                                  {{"Accept-Datetime", june}});
    CHECK(text_of(json_of(exact), "known_at") == "seq:3");
    CHECK(exact.header("memento-datetime").find(" 2019 ") != std::string::npos);
    CHECK(exact.header("link").find("</v1/views/stock?effective_at=2019-05-05>") == 0);
    CHECK(client.get("/v1/views/stock", {{"Accept-Datetime", "yesterday"}}).status == 400);
    // What will be known is not known yet.
    const auto later =
        client.get("/v1/views/stock", {{"Accept-Datetime", "Tue, 01 Jan 2030 00:00:00 GMT"}});
    CHECK(later.header("memento-datetime") == "Mon, 01 Jul 2019 00:00:00 GMT");
}

TEST_CASE("A trace is read, told back and never made up from what is broken", "[server]") {
    const auto read = [](const std::string& header) {
        server::Request request;
        request.headers.push_back({"traceparent", header});
        const auto context = server::TraceContext::of(request);
        return context ? context->trace_id : std::string();
    };
    CHECK(read(parent_of(w3c_trace)) == w3c_trace);
    CHECK(read("cc" + parent_of(w3c_trace).substr(2) + "-more") == w3c_trace);
    CHECK(read(parent_of(w3c_trace) + "-more").empty());
    CHECK(read("ff" + parent_of(w3c_trace).substr(2)).empty());
    CHECK(read(parent_of(std::string(32, '0'))).empty());
    CHECK(read("00-" + w3c_trace + "-0000000000000000-01").empty());
    CHECK(read(parent_of("4BF92F3577B34DA6A3CE929D0E0E4736")).empty());
    CHECK(read(w3c_trace).empty());

    ServerFixture server;
    HttpClient client = server.client();
    const auto traced = client.get(
        "/v1/limits", {{"traceparent", parent_of(w3c_trace)}, {"tracestate", "vendor=1,other=2"}});
    const std::string back = traced.header("traceparent");
    CHECK(back.substr(0, 36) == "00-" + w3c_trace + "-");
    CHECK(back.substr(36, 16) != "00f067aa0ba902b7");
    CHECK(back.substr(52) == "-01");
    CHECK(traced.header("tracestate") == "vendor=1,other=2");
    const auto untraced = client.get("/v1/limits", {{"tracestate", "vendor=1"}});
    CHECK(untraced.header("traceparent").substr(3, 32) == untraced.header("ledger-request-id"));
    CHECK(untraced.header("tracestate").empty());
    CHECK(untraced.header("server-timing").find("total;dur=") == 0);
}

TEST_CASE("Every answer has the id of its request", "[server]") {
    ServerFixture server;
    std::set<std::string> ids;
    const auto note = [&](const HttpAnswer& answer) {
        INFO(answer.status);
        CHECK(answer.header("ledger-request-id").size() == 32);
        CHECK(ids.insert(answer.header("ledger-request-id")).second);
    };
    note(server.client().get("/livez"));
    note(server.client().get("/nowhere"));
    note(server.client().request("OPTIONS", "*", {}, {}));
    note(server.client().request("DELETE", "/livez", {}, {}));
    note(server.client().get("/v1/events", {{"Accept", "application/x-ndjson"}}));
    note(server.post(employer_registered(fresh_id())));
    note(server.post("{", with(as_province, "Content-Type", "application/x-ndjson")));
    note(EventStream(server.port(), "/v1/events/stream").answer());
    HttpClient broken = server.client();
    broken.send("nonsense\r\n\r\n");
    note(broken.read_answer());
}

TEST_CASE("Schemas and the catalogue of the interface can be found", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const auto schema = client.get("/schemas/talent.SiteOpened.v1");
    REQUIRE(schema.status == 200);
    CHECK(schema.header("content-type") == "application/schema+json");
    CHECK(client.get("/schemas/SiteOpened").body == schema.body);
    const auto document = json_of(schema);
    CHECK(text_of(document, "$ref") == "#/$defs/SiteOpened");
    const std::string mark = "\"#/$defs/";
    for (auto at = schema.body.find(mark); at != std::string::npos;
         at = schema.body.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        const std::string name = schema.body.substr(begin, schema.body.find('"', begin) - begin);
        CHECK(document.at("$defs").as_object().contains(name));
    }
    for (const auto& type : server.ledger().catalogue().types())
        CHECK(client.get("/schemas/" + type.name).status == 200);
    CHECK(client.get("/schemas/event.bfbs").body == server.ledger().catalogue().schema_bytes());
    CHECK(client.get("/schemas/Nothing").status == 404);

    const auto catalog = client.get("/.well-known/api-catalog");
    CHECK(catalog.header("content-type").find("application/linkset+json") == 0);
    CHECK(catalog.header("link").find("rel=\"api-catalog\"") != std::string::npos);
    const auto set = json_of(catalog).at("linkset").at(0).as_object();
    for (const auto& [relation, links] : set) {
        if (!links.is_array()) continue;
        for (const auto& link : links.as_array())
            CHECK(client.get(text_of(link.as_object(), "href")).status == 200);
    }
}
