// Server-sent events: no gap and no repeat, wherever a reader begins.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/server/server_fixture.h"

using namespace test;

namespace {

/// Ids of the events up to the position `last`, skipping the other frames.
std::vector<std::uint64_t> ids_until(EventStream& stream, std::uint64_t last) {
    std::vector<std::uint64_t> ids;
    while (ids.empty() || ids.back() < last) {
        const auto frame = stream.next();
        if (!frame) break;
        if (frame->event == "event") ids.push_back(std::stoull(frame->id));
    }
    return ids;
}

void check_dense(const std::vector<std::uint64_t>& ids, std::uint64_t first, std::uint64_t last) {
    REQUIRE(ids.size() == last - first + 1);
    for (std::size_t i = 0; i < ids.size(); ++i) REQUIRE(ids[i] == first + i);
}

}  // namespace

TEST_CASE("A subscriber catches up and then follows, without gap or repeat", "[server]") {
    ServerFixture server;
    for (int i = 0; i < 50; ++i) server.must_post(employer_registered(fresh_id()));
    std::vector<std::string> later;
    for (int i = 0; i < 200; ++i) later.push_back(employer_registered(fresh_id()));
    const std::uint64_t last = server.size() + later.size() - 1;

    // Writers go on while the reader passes from history into the live tail.
    std::vector<std::thread> writers;
    for (std::size_t writer = 0; writer < 4; ++writer)
        writers.emplace_back([&, writer] {
            HttpClient client = server.client();
            for (std::size_t i = writer; i < later.size(); i += 4)
                client.post("/v1/commands", as_province, later[i]);
        });
    EventStream stream(server.port(), "/v1/events/stream?from=begin");
    CHECK(stream.answer().header("content-type").starts_with("text/event-stream"));
    CHECK(stream.answer().header("cache-control") == "no-store");
    CHECK(stream.answer().header("x-accel-buffering") == "no");
    check_dense(ids_until(stream, last), 0, last);
    for (auto& each : writers) each.join();
}

TEST_CASE("A subscriber resumes after the last event it saw", "[server]") {
    ServerFixture server;
    for (int i = 0; i < 20; ++i) server.must_post(employer_registered(fresh_id()));
    const std::uint64_t last = server.size() - 1;
    // The header wins over the parameter, as a browser sends both.
    EventStream stream(server.port(), "/v1/events/stream?from=begin", {{"Last-Event-ID", "7"}});
    check_dense(ids_until(stream, last), 8, last);

    EventStream placed(server.port(), "/v1/events/stream?from=10");
    check_dense(ids_until(placed, last), 10, last);
    EventStream timed(server.port(), "/v1/events/stream?from=1990-01-01T00:00:00Z");
    check_dense(ids_until(timed, last), 0, last);
}

TEST_CASE("A subscriber that begins at the end sees only what comes", "[server]") {
    ServerFixture server;
    EventStream stream(server.port(), "/v1/events/stream");
    const auto first = stream.next();
    REQUIRE(first);
    CHECK(first->event == "caught-up");
    const auto answer = server.must_post(employer_registered(fresh_id()));
    const auto event = stream.next();
    REQUIRE(event);
    CHECK(event->event == "event");
    CHECK(event->id == answer.header("ledger-position"));
    CHECK(boost::json::parse(event->data).at("type") == "talent.EmployerRegistered.v1");
}

TEST_CASE("A filtered subscriber gets its events, and checkpoints past the others", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id();
    server.must_post(employer_registered(employer));
    server.must_post(site_opened(employer, fresh_id()));
    server.must_post(employer_registered(fresh_id()));
    const std::string end = std::to_string(server.size() - 1);

    EventStream by_type(server.port(), "/v1/events/stream?from=begin&type=SiteOpened");
    auto frame = by_type.next();
    REQUIRE(frame);
    CHECK(boost::json::parse(frame->data).at("type") == "talent.SiteOpened.v1");
    frame = by_type.next();
    CHECK(frame->event == "checkpoint");
    CHECK(frame->id == end);
    CHECK(by_type.next()->event == "caught-up");

    EventStream by_stream(server.port(),
                          "/v1/events/stream?from=begin&stream=employer/" + employer);
    CHECK(by_stream.next()->event == "event");
    CHECK(by_stream.next()->event == "event");
    CHECK(by_stream.next()->event == "checkpoint");
}

TEST_CASE("A subscriber that never reads slows nobody", "[server]") {
    ServerFixture server;
    std::vector<HttpClient> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(server.client());
        silent.back().send(HttpClient::head("GET", "/v1/events/stream?from=begin", {}, 0));
    }
    std::string body;
    for (int i = 0; i < 3'000; ++i) body += employer_registered(fresh_id()) + "\n";
    const auto loaded = server.client().post(
        "/v1/commands", with(as_province, "Content-Type", "application/x-ndjson"), body);
    CHECK(lines_of(loaded.body).back().at("recorded") == 3'000);
    const std::uint64_t last = server.size() - 1;
    EventStream stream(server.port(), "/v1/events/stream?from=begin");
    check_dense(ids_until(stream, last), 0, last);
    // Whoever was silent has lost nothing either.
    HttpClient& late = silent.front();
    CHECK(late.read_head().status == 200);
    std::string text;
    const std::string wanted = fmt::format("id: {}\n", last);
    while (text.find(wanted) == std::string::npos) {
        const auto piece = late.read_chunk();
        REQUIRE(piece);
        text += *piece;
    }
    CHECK(text.find("id: 0\n") != std::string::npos);
}

TEST_CASE("A subscriber hears goodbye when the server goes", "[server]") {
    ServerFixture server;
    EventStream stream(server.port(), "/v1/events/stream");
    CHECK(stream.next()->event == "caught-up");
    std::thread drain([&] { server.app->drain(); });
    const auto goodbye = stream.next();
    drain.join();
    REQUIRE(goodbye);
    CHECK(goodbye->event == "goodbye");
    CHECK_FALSE(stream.next());
}

TEST_CASE("A stream cannot begin just anywhere", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    CHECK(client.get("/v1/events/stream?from=nowhere").status == 400);
    CHECK(client.get("/v1/events/stream?type=Nothing").status == 400);
    CHECK(client.get("/v1/events/stream", {{"Accept", "text/html"}}).status == 406);
    CHECK(client.get("/v1/events/stream", {{"Last-Event-ID", "x"}}).status == 400);
    CHECK(client.request("HEAD", "/v1/events/stream", {}, {}).status == 200);
}
