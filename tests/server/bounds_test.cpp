// What the server does not wait for, and what it does not grant.
#include <catch2/catch.hpp>

#include "server/limits.h"
#include "server/rate_limiter.h"
#include "server/view_lag.h"
#include "tests/server/server_fixture.h"

using namespace test;
using namespace std::chrono_literals;

namespace {

class HeldClock final : public base::Clock {
public:
    Instant now() const override { return now_; }
    std::int64_t wall_micros() const override { return 0; }
    void advance(std::chrono::nanoseconds time) { now_ += time; }

private:
    Instant now_{std::chrono::hours(1)};
};

const std::string half_head = "POST /v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nX";

}  // namespace

TEST_CASE("A head that does not come to its end is answered with 408", "[server]") {
    ServerFixture server;
    server.restart_with({.header_time_ms = 20});
    HttpClient client = server.client();
    client.send(half_head);
    const auto answer = client.read_answer();
    CHECK(answer.status == 408);
    CHECK(code_of(answer) == "E_TIMEOUT");
    CHECK_FALSE(answer.header("ledger-request-id").empty());
    CHECK(answer.header("connection") == "close");
    CHECK(client.closed());
}

TEST_CASE("A body that pauses for too long is answered with 408, and nothing recorded",
          "[server]") {
    ServerFixture server;
    server.restart_with({.body_pause_ms = 20});
    const std::uint64_t before = server.size();
    const std::string json = employer_registered(fresh_id());
    HttpClient client = server.client();
    client.send(HttpClient::head("POST", "/v1/commands", as_province, json.size()) +
                json.substr(0, json.size() - 1));
    const auto answer = client.read_answer();
    CHECK(answer.status == 408);
    CHECK(client.closed());
    CHECK(server.size() == before);
}

TEST_CASE("A body that trickles is answered with 408", "[server]") {
    ServerFixture server;
    server.restart_with({.body_grace_ms = 10});
    HttpClient client(server.port(), 25);  // is patient for 25 ms at a time
    client.send(HttpClient::head("POST", "/v1/commands", as_province, 1'000));
    int status = 0;
    for (int i = 0; i < 100 && status == 0; ++i) {
        client.try_send(" ");
        try {
            status = client.read_answer().status;
        } catch (const std::runtime_error&) {
            // Silence so far, which is what makes the body slow.
        }
    }
    CHECK(status == 408);
}

TEST_CASE("A connection that asks nothing is closed without a word", "[server]") {
    ServerFixture server;
    server.restart_with({.idle_time_ms = 20});
    HttpClient fresh = server.client();
    CHECK(fresh.closed());
    HttpClient used = server.client();
    CHECK(used.get("/livez").status == 200);
    CHECK(used.closed());
    // A bulk load may think for as long as a connection may.
    HttpClient bulk = server.client();
    const auto headers = with(as_province, "Content-Type", "application/x-ndjson");
    bulk.send(HttpClient::head("POST", "/v1/commands", headers, 10));
    CHECK(bulk.read_head().status == 200);
    CHECK_THROWS(bulk.read_chunk());
}

TEST_CASE("A client that takes nothing is cut off", "[server]") {
    ServerFixture server;
    server.restart_with({.write_time_ms = 30});
    HttpClient client = server.client();
    // More answers than the buffers on the way can hold.
    std::string ask;
    for (int i = 0; i < 200; ++i) ask += HttpClient::head("GET", "/openapi.json", {}, 0);
    client.try_send(ask);
    CHECK(client.read_head().status == 200);
    while (server.app->services().standing.connections > 0) std::this_thread::yield();
    CHECK(server.client().get("/livez").status == 200);
}

TEST_CASE("A drain waits for half a request as long as it was told to", "[server]") {
    ServerFixture server;
    server.restart_with({.drain_grace_ms = 50});
    HttpClient client = server.client();
    client.send(
        HttpClient::head("POST", "/v1/commands", with(as_province, "Expect", "100-continue"), 100));
    CHECK(client.read_head().status == 100);  // now the body is being waited for
    client.send("{");
    const auto began = server.clock.now();
    server.app->drain();
    CHECK(server.clock.now() - began < 5s);
    CHECK(client.closed());
}

TEST_CASE("An address may ask as often as its bucket holds, then as it fills", "[server]") {
    HeldClock clock;
    server::RateLimiter rates(clock, 60);
    for (int i = 0; i < 60; ++i) {
        const auto verdict = rates.take("a");
        CHECK(verdict.allowed);
        CHECK(verdict.left == 59u - static_cast<unsigned>(i));
    }
    const auto refused = rates.take("a");
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_in == 1s);
    CHECK(refused.full_in == 60s);
    CHECK(rates.take("b").allowed);
    clock.advance(1s);
    CHECK(rates.take("a").allowed);
    CHECK_FALSE(rates.take("a").allowed);
    clock.advance(1h);
    CHECK(rates.take("a").left == 59);
    CHECK(rates.policy_field() == "\"default\";q=60;w=60");
    CHECK(rates.limit_field({true, 59, 1s, 0s}) == "\"default\";r=59;t=1");
}

TEST_CASE("Strangers without number share one bucket", "[server]") {
    HeldClock clock;
    server::RateLimiter rates(clock, 2);
    for (std::size_t i = 0; i < server::limits::rated_clients_max; ++i)
        CHECK(rates.take(std::to_string(i)).allowed);
    CHECK(rates.take("x").allowed);
    CHECK(rates.take("y").allowed);
    CHECK_FALSE(rates.take("z").allowed);
    clock.advance(1h);  // all are full again and forgotten
    CHECK(rates.take("z").left == 1);
}

TEST_CASE("Who asks too often is told when to come back", "[server]") {
    ServerFixture server;
    server.restart_with({.requests_per_minute = 2});
    HttpClient client = server.client();
    const auto first = client.get("/v1/limits");
    CHECK(first.status == 200);
    CHECK(first.header("ratelimit-policy") == "\"default\";q=2;w=60");
    CHECK(first.header("ratelimit") == "\"default\";r=1;t=30");
    CHECK(json_of(first).at("requests_per_minute") == 2);
    CHECK(client.get("/v1/limits").status == 200);
    const auto refused = client.get("/v1/limits");
    CHECK(refused.status == 429);
    CHECK(code_of(refused) == "E_RATE_LIMIT");
    const int wait = std::stoi(refused.header("retry-after"));
    CHECK(wait >= 29);
    CHECK(wait <= 30);
    // Those who watch are not counted.
    for (const char* path : {"/livez", "/healthz", "/readyz", "/metrics"}) {
        CHECK(client.get(path).status == 200);
        CHECK(client.get(path).header("ratelimit").empty());
    }
}

TEST_CASE("The lag of the views is the age of what they have not folded", "[server]") {
    HeldClock clock;
    server::ViewLag lag(clock, 5);
    CHECK(lag.at(5) == 0s);
    clock.advance(1s);
    lag.committed(7);
    clock.advance(1s);
    lag.committed(9);
    clock.advance(1s);
    CHECK(lag.at(5) == 2s);
    CHECK(lag.at(7) == 1s);
    CHECK(lag.at(8) == 1s);
    CHECK(lag.at(9) == 0s);
    for (int i = 0; i < 100'000; ++i) lag.committed(10 + static_cast<std::uint64_t>(i));
    CHECK(lag.at(9) == 0s);
    clock.advance(3s);
    CHECK(lag.at(9) == 3s);
}

TEST_CASE("Readiness names what keeps the server from it", "[server]") {
    ServerFixture server;
    const auto verbose = json_of(server.client().get("/readyz?verbose"));
    std::vector<std::string> names;
    for (const auto& each : verbose.at("checks").as_array()) {
        names.push_back(text_of(each.as_object(), "name"));
        CHECK(each.at("ok") == true);
    }
    CHECK(names == std::vector<std::string>{"store", "views", "disk", "signing", "draining"});

    server.app->services().standing.views_failed = true;
    const auto failed = server.client().get("/readyz");
    CHECK(failed.status == 503);
    CHECK(failed.body.find("not ready: views: ") == 0);
    server.app->services().standing.views_failed = false;
    server.app->services().standing.draining = true;
    CHECK(server.client().get("/readyz").body == "not ready: draining: going down\n");
    CHECK(server.client().get("/livez").status == 200);
    const auto refused = server.client().get("/v1/events");
    CHECK(refused.status == 503);
    CHECK(refused.header("retry-after") == "1");
    server.app->services().standing.draining = false;
    CHECK(server.client().get("/readyz").status == 200);

    server.restart_with({.disk_reserve_mib = 1'000'000'000});
    const auto full = server.client().get("/readyz?verbose");
    CHECK(full.status == 503);
    CHECK(json_of(full).at("checks").at(2).at("ok") == false);
    CHECK_FALSE(full.header("retry-after").empty());
}
