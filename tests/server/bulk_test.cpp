// Bulk loads: a result line for each command line, in order.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/server/server_fixture.h"

using namespace test;

namespace {
const auto bulk = with(as_province, "Content-Type", "application/x-ndjson");
}

TEST_CASE("A bulk load answers good and bad lines in order", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string employer = fresh_id(), command = fresh_id();
    const std::string first = employer_registered(employer, command);
    std::string body = first + "\n";
    body += "not json\n";
    body += "\n";  // an empty line is nobody's command
    body += site_opened(employer, fresh_id()) + "\r\n";
    body += first + "\n";                                     // replayed
    body += employer_registered(fresh_id(), command) + "\n";  // reused
    body += site_opened(fresh_id(), fresh_id());              // refused; no end of line
    const auto answer = server.client().post("/v1/commands", bulk, body);
    REQUIRE(answer.status == 200);
    CHECK(answer.header("content-type") == "application/x-ndjson");
    INFO(answer.body);
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.size() == 7);
    const std::vector<std::pair<int, int>> expected{{1, 201}, {2, 400}, {4, 201},
                                                    {5, 200}, {6, 422}, {7, 422}};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(lines[i].at("line") == expected[i].first);
        CHECK(lines[i].at("status") == expected[i].second);
    }
    CHECK(text_of(lines[1], "code") == "E_BAD_JSON");
    CHECK(text_of(lines[4], "code") == "E_COMMAND_REUSED");
    const auto& end = lines.back();
    CHECK(end.at("end") == true);
    CHECK(end.at("lines") == 7);
    CHECK(end.at("recorded") == 2);
    CHECK(end.at("replayed") == 1);
    CHECK(end.at("refused") == 3);
    CHECK(server.size() == before + 2);
}

TEST_CASE("A bulk load of more than a window comes in order", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string employer = fresh_id();
    std::string body = employer_registered(employer) + "\n";
    constexpr int sites = 3'000;
    for (int i = 0; i < sites; ++i) body += site_opened(employer, fresh_id()) + "\n";
    // A client that sends everything before it reads anything.
    const auto answer = server.client().post("/v1/commands", bulk, body);
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.size() == sites + 2);
    for (std::size_t i = 0; i <= sites; ++i)
        REQUIRE(text_of(lines[i], "position") == std::to_string(before + i));
    CHECK(text_of(lines.back(), "last_position") == std::to_string(before + sites));
}

TEST_CASE("A bulk load talks while it is being sent", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    auto headers = bulk;
    headers.emplace_back("Transfer-Encoding", "chunked");
    std::string head = HttpClient::head("POST", "/v1/commands", headers, 1);
    head.erase(head.find("Content-Length"),
               head.find("\r\n\r\n") + 2 - head.find("Content-Length"));
    client.send(head);
    REQUIRE(client.read_head().status == 200);
    for (int i = 0; i < 3; ++i) {
        const std::string line = employer_registered(fresh_id()) + "\n";
        client.send(fmt::format("{:x}\r\n{}\r\n", line.size(), line));
        const auto result = client.read_chunk();
        REQUIRE(result);
        CHECK(boost::json::parse(*result).at("status") == 201);
    }
    client.send("0\r\n\r\n");
    const auto end = client.read_chunk();
    REQUIRE(end);
    CHECK(boost::json::parse(*end).at("recorded") == 3);
    CHECK_FALSE(client.read_chunk());
    CHECK(client.get("/livez").status == 200);  // the connection goes on
}

TEST_CASE("A bulk load that asks for leave hears of it before its answer begins", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const std::string line = employer_registered(fresh_id()) + "\n";
    client.send(HttpClient::head("POST", "/v1/commands", with(bulk, "Expect", "100-continue"),
                                 line.size()));
    REQUIRE(client.read_head().status == 100);
    client.send(line);
    REQUIRE(client.read_head().status == 200);
    const auto result = client.read_chunk();
    REQUIRE(result);
    CHECK(boost::json::parse(result->substr(0, result->find('\n'))).at("status") == 201);
}

TEST_CASE("A line that is too long is refused and the next is read", "[server]") {
    ServerFixture server;
    const std::string long_line = "{\"x\":\"" + std::string(1'500'000, 'a') + "\"}";
    const std::string body = long_line + "\n" + employer_registered(fresh_id()) + "\n" + long_line;
    const auto lines = lines_of(server.client().post("/v1/commands", bulk, body).body);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].at("line") == 1);
    CHECK(lines[0].at("status") == 413);
    CHECK(lines[1].at("line") == 2);
    CHECK(lines[1].at("status") == 201);
    CHECK(lines[2].at("line") == 3);
    CHECK(lines[2].at("status") == 413);
    CHECK(lines[3].at("lines") == 3);
}

TEST_CASE("A bulk load may be rehearsed", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string body = employer_registered(fresh_id()) + "\nbad\n";
    const auto answer = server.client().post("/v1/commands?dry_run=true", bulk, body);
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].at("status") == 200);
    CHECK(lines[1].at("status") == 400);
    CHECK(server.size() == before);
}

TEST_CASE("A bulk load without lines counts none", "[server]") {
    ServerFixture server;
    const auto lines = lines_of(server.client().post("/v1/commands", bulk, "").body);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].at("lines") == 0);
    CHECK(lines[0].at("end") == true);
}

TEST_CASE("A bulk load that breaks off keeps whole lines only", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string whole = employer_registered(fresh_id()) + "\n";
    const std::string half = employer_registered(fresh_id()).substr(0, 60);
    {
        HttpClient client = server.client();
        client.send(HttpClient::head("POST", "/v1/commands", bulk, 100'000) + whole + half);
        REQUIRE(client.read_head().status == 200);
        REQUIRE(client.read_chunk());
    }
    server.app->drain();
    CHECK(server.size() == before + 1);
}

TEST_CASE("Headers of one command are refused for a bulk load", "[server]") {
    ServerFixture server;
    const auto headers = with(bulk, "Idempotency-Key", fresh_id());
    CHECK(code_of(server.client().post("/v1/commands", headers, "{}\n")) == "E_BAD_HEADER");
}

TEST_CASE("Bulk loads and single commands share the writer", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    std::vector<std::string> bodies(4);
    for (auto& body : bodies)
        for (int i = 0; i < 400; ++i) body += employer_registered(fresh_id()) + "\n";
    std::vector<std::string> singles;
    for (int i = 0; i < 50; ++i) singles.push_back(employer_registered(fresh_id()));
    std::vector<std::thread> loaders;
    std::atomic<int> ended{0}, recorded{0};
    for (const auto& body : bodies)
        loaders.emplace_back([&] {
            const auto lines = lines_of(server.client().post("/v1/commands", bulk, body).body);
            ended += lines.back().at("recorded") == 400;
        });
    loaders.emplace_back([&] {
        for (const auto& each : singles) recorded += server.post(each).status == 201;
    });
    for (auto& each : loaders) each.join();
    CHECK(ended == 4);
    CHECK(recorded == 50);
    CHECK(server.size() == before + 1'650);
}
