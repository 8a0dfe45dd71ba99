// Reading the log, streams, views and the documents over the port.
#include <catch2/catch.hpp>
#include <set>

#include "events/event.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

/// A server with an employer of 24 sites and one talent.
struct ReadServer : ServerFixture {
    ReadServer() {
        must_post(employer_registered(employer));
        for (int i = 0; i < 24; ++i) must_post(site_opened(employer, fresh_id()));
        must_post(talent_registered(talent, 31, {}, "Wang Wu"));
    }
    std::string employer = fresh_id(), talent = fresh_id();
};

std::vector<std::string> sequences(const boost::json::object& page) {
    std::vector<std::string> out;
    for (const auto& each : page.at("events").as_array())
        out.push_back(text_of(each.as_object(), "sequence"));
    return out;
}

}  // namespace

TEST_CASE("Pages of the log follow each other without gap or repeat", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    std::vector<std::string> seen;
    std::string next = "/v1/events?limit=7";
    while (!next.empty()) {
        const auto answer = client.get(next);
        REQUIRE(answer.status == 200);
        const auto page = json_of(answer);
        for (const auto& each : sequences(page)) seen.push_back(each);
        const std::string link = answer.header("link");
        next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
        CHECK(link.empty() == text_of(page, "next_cursor").empty());
    }
    REQUIRE(seen.size() == server.size());
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == fmt::format("{:020}", i));
}

TEST_CASE("The log can be asked by type, stream and place", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const auto count = [&](const std::string& query) {
        const auto answer = client.get("/v1/events?limit=1000&" + query);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return json_of(answer).at("events").as_array().size();
    };
    CHECK(count("type=SiteOpened") == 24);
    CHECK(count("type=talent.SiteOpened.v1,TalentRegistered") == 25);
    CHECK(count("stream=employer/" + server.employer) == 25);
    CHECK(count("type=SiteOpened&stream=employer/" + server.employer) == 24);
    CHECK(count("stream=employer/" + fresh_id()) == 0);
    CHECK(count("from=end") == 0);
    CHECK(count("from=begin") == server.size());
    CHECK(count("from=5") == server.size() - 5);
    CHECK(count("after=5") == server.size() - 6);
    CHECK(count("cursor=5") == server.size() - 6);
    CHECK(count("from=1990-01-01T00:00:00Z") == server.size());
    CHECK(count("from=2030-01-01T00:00:00%2B08:00") == 0);
    CHECK(count("from=2030-01-01T00:00:00+08:00") == 0);
    for (const char* bad : {"limit=0", "limit=1001", "limit=x", "from=x", "type=Nothing",
                            "stream=x", "stream=employer/12", "lmit=5", "limit=1&limit=2",
                            "personal=perhaps", "from=99999999999999999999999"}) {
        INFO(bad);
        CHECK(client.get(std::string("/v1/events?") + bad).status == 400);
    }
    const auto mistyped = json_of(client.get("/v1/events?lmit=5"));
    CHECK(text_of(mistyped, "code") == "E_UNKNOWN_PARAMETER");
    CHECK(text_of(mistyped, "detail").find("`limit`") != std::string::npos);
}

TEST_CASE("The log comes as NDJSON with an end that can be checked", "[server]") {
    ReadServer server;
    const auto answer = server.client().get("/v1/events", {{"Accept", "application/x-ndjson"}});
    REQUIRE(answer.status == 200);
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.size() == server.size() + 1);
    const auto& end = lines.back();
    CHECK(end.at("end") == true);
    CHECK(end.at("count") == server.size());
    CHECK(text_of(end, "last") == std::to_string(server.size() - 1));
    CHECK(text_of(end, "hash").size() == 64);

    const auto few = lines_of(
        server.client().get("/v1/events?from=4&limit=3", {{"Accept", "application/jsonl"}}).body);
    CHECK(few.size() == 4);
    CHECK(text_of(few.back(), "last") == "6");
    const auto none = lines_of(
        server.client().get("/v1/events?from=end", {{"Accept", "application/x-ndjson"}}).body);
    CHECK(none.at(0).at("last").is_null());
}

TEST_CASE("The log comes as the very bytes that are stored", "[server]") {
    ReadServer server;
    const auto answer =
        server.client().get("/v1/events", {{"Accept", "application/vnd.flatbuffers"}});
    CHECK(answer.header("content-type") == "application/vnd.flatbuffers");
    std::uint64_t position = 0;
    for (std::size_t at = 0; at < answer.body.size(); ++position) {
        std::uint32_t size = 0;
        for (unsigned i = 0; i < 4; ++i)
            size |= static_cast<std::uint32_t>(static_cast<unsigned char>(answer.body[at + i]))
                    << (8 * i);
        const auto event = events::read_event(std::string_view(answer.body).substr(at + 4, size));
        REQUIRE(event);
        REQUIRE((*event)->position() == position);
        at += 4 + size;
    }
    CHECK(position == server.size());
}

TEST_CASE("One event never changes and says so", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const std::string path = "/v1/events/" + std::to_string(server.size() - 1);
    const auto event = client.get(path);
    REQUIRE(event.status == 200);
    CHECK(event.header("cache-control").find("immutable") != std::string::npos);
    CHECK(event.header("etag") == '"' + text_of(json_of(event), "leafhash") + '"');
    const auto known = client.get(path, {{"If-None-Match", event.header("etag")}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(client.get("/v1/events/" + std::to_string(server.size())).status == 404);
    CHECK(code_of(client.get("/v1/events/-1")) == "E_BAD_POSITION");
    CHECK(client.get(path, {{"Accept", "text/html"}}).status == 406);
    CHECK(client.get(path, {{"Accept", "application/vnd.flatbuffers"}}).body ==
          server.ledger().event({server.size() - 1})->bytes());
}

TEST_CASE("Personal fields are shown to those who ask for them", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const std::string path = "/v1/events/" + std::to_string(server.size() - 1);
    CHECK(client.get(path).body.find("Wang Wu") == std::string::npos);
    const auto opened = client.get(path + "?personal=true");
    CHECK(opened.body.find("Wang Wu") != std::string::npos);
    CHECK(opened.header("cache-control") == "no-store");
    CHECK(client.get("/v1/events?limit=1000").body.find("Wang Wu") == std::string::npos);
    const std::string stream = "/v1/streams/talent/" + server.talent;
    CHECK(client.get(stream).body.find("Wang Wu") == std::string::npos);
    CHECK(client.get(stream + "?personal=true").body.find("Wang Wu") != std::string::npos);
}

TEST_CASE("A stream is read by revisions and pages", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const std::string path = "/v1/streams/employer/" + server.employer;
    const auto whole = client.get(path);
    REQUIRE(whole.status == 200);
    CHECK(whole.header("etag") == "W/\"r25\"");
    CHECK(json_of(whole).at("revision") == 25);
    CHECK(json_of(whole).at("events").as_array().size() == 25);
    CHECK(client.get(path, {{"If-None-Match", "\"r25\""}}).status == 304);
    CHECK(client.get(path, {{"If-None-Match", "\"r24\", W/\"r25\""}}).status == 304);
    CHECK(client.get(path, {{"If-None-Match", "\"r2\""}}).status == 200);
    CHECK(json_of(client.get(path + "?from=24")).at("events").as_array().size() == 2);
    CHECK(json_of(client.get(path + "?from=26")).at("events").as_array().empty());

    std::set<std::string> seen;
    std::string next = path + "?limit=4";
    while (!next.empty()) {
        const auto answer = client.get(next);
        for (const auto& each : sequences(json_of(answer))) CHECK(seen.insert(each).second);
        const std::string link = answer.header("link");
        next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    CHECK(seen.size() == 25);
    const auto lines = lines_of(client.get(path, {{"Accept", "application/x-ndjson"}}).body);
    CHECK(lines.size() == 26);
    CHECK(client.get("/v1/streams/employer/" + fresh_id()).status == 404);
    CHECK(client.get("/v1/streams/employer/12").status == 400);
    CHECK(client.get("/v1/streams/nothing/" + fresh_id()).status == 400);
}

TEST_CASE("Views answer, wait for what was written and say what they reflect", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const auto recorded = server.must_post(talent_registered(fresh_id(), 32));
    const std::string position = recorded.header("ledger-position");
    const auto stock = client.get("/v1/views/stock?wait=20s&min_position=" + position);
    INFO(stock.body);
    REQUIRE(stock.status == 200);
    CHECK(text_of(json_of(stock), "view") == "stock");
    CHECK(stock.header("ledger-view-position") == text_of(json_of(stock), "position"));
    CHECK(std::stoull(stock.header("ledger-view-position")) > std::stoull(position));

    const auto lagging = client.get("/v1/views/stock?wait=5ms&min_position=999999");
    CHECK(lagging.status == 503);
    CHECK(code_of(lagging) == "E_VIEW_LAGGING");
    CHECK_FALSE(lagging.header("retry-after").empty());

    CHECK(client.get("/v1/views/dossier/" + server.talent).status == 200);
    CHECK(client.get("/v1/views/roster/" + server.employer).status == 200);
    CHECK(client.get("/v1/views/dossier/" + fresh_id()).status == 404);
    CHECK(client.get("/v1/views/nothing").status >= 400);
    CHECK(client.get("/v1/views/stock?colour=red").status == 400);
    CHECK(client.get("/v1/views/stock?wait=soon").status == 400);
    CHECK(client.get("/v1/views/stock?wait=1s&min_position=x").status == 400);
}

TEST_CASE("The documents describe themselves", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    const auto types = json_of(client.get("/v1/types")).at("types").as_array();
    CHECK(types.size() > 60);
    CHECK(json_of(client.get("/v1/schemas")).at("schemas").as_array().size() == 1);
    CHECK(json_of(client.get("/v1/limits")).at("page_events_max") == 1000);
    const auto home = client.get("/");
    CHECK(home.status == 200);
    CHECK(home.header("content-type") == "text/html; charset=utf-8");
    CHECK(home.body.find(server.ledger().info().id.text()) != std::string::npos);

    const auto english = client.get("/problems/E_ROUTE_THAT_IS_NOT");
    CHECK(english.status == 404);
    const auto page = client.get("/problems/E_STALE_GUARD", {{"Accept-Language", "zh"}});
    CHECK(page.status == 200);
    CHECK(page.header("content-language") == "zh");
    CHECK(json_of(page).at("status") == 412);
    CHECK(client.get("/problems/E_STALE_GUARD", {{"Accept", "text/html"}}).header("content-type") ==
          "text/html; charset=utf-8");
}

TEST_CASE("Those who watch get their figures", "[server]") {
    ReadServer server;
    HttpClient client = server.client();
    for (const char* path : {"/livez", "/healthz", "/readyz"})
        CHECK(client.get(path).status == 200);
    CHECK(json_of(client.get("/readyz?verbose")).at("ready") == true);
    const std::string page = client.get("/metrics").body;
    for (const std::string name :
         {"ledger_build_info", "ledger_head_position", "ledger_view_position",
          "ledger_events_appended_total{type=\"SiteOpened\"} 24", "ledger_append_duration_seconds",
          "ledger_fsync_duration_seconds", "ledger_http_requests_total", "ledger_disk_free_bytes",
          "process_resident_memory_bytes"}) {
        INFO(name);
        CHECK(page.find(name) != std::string::npos);
    }
}
