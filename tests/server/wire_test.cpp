// HTTP as bytes: what decent clients send, what broken and hostile ones do.
#include <catch2/catch.hpp>

#include "server/limits.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

const std::string host = "Host: 127.0.0.1\r\n";

/// Status of the answer to raw bytes, and whether the server hung up after it.
std::pair<int, bool> answer_to(const ServerFixture& server, const std::string& bytes) {
    HttpClient client = server.client();
    client.try_send(bytes);
    client.shutdown_sending();
    const auto answer = client.read_answer();
    return {answer.status, client.closed()};
}

}  // namespace

TEST_CASE("Requests that could be read in two ways are refused and the line is cut", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string smuggled = "GET /livez HTTP/1.1\r\n" + host + "\r\n";
    struct Case {
        std::string name, bytes;
        int status;
    };
    const std::string post = "POST /v1/commands HTTP/1.1\r\n" + host;
    for (const auto& [name, bytes, status] : std::vector<Case>{
             {"both lengths",
              post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
              400},
             {"both lengths, the other way",
              post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
              400},
             {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400},
             {"the same length twice", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
              400},
             {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\nabcde", 400},
             {"a signed length", post + "Content-Length: +5\r\n\r\nabcde", 400},
             {"a length past 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
             {"another coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
             {"a disguised coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
             {"a space before the colon", post + "Content-Length : 5\r\n\r\nabcde", 400},
             {"a folded line", "GET /livez HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
             {"a bare line feed", "GET /livez HTTP/1.1\nHost: 127.0.0.1\n\n", 400},
             {"a bare line feed inside", "GET /livez HTTP/1.1\r\nX: a\nY: b\r\n" + host + "\r\n",
              400},
             {"a bare carriage return", "GET /livez HTTP/1.1\r\nX: a\rb\r\n" + host + "\r\n", 400},
             {"a zero byte", std::string("GET /livez HTTP/1.1\r\nX: a\0b\r\n", 29) + host + "\r\n",
              400},
             {"no host", "GET /livez HTTP/1.1\r\n\r\n", 400},
             {"two hosts", "GET /livez HTTP/1.1\r\n" + host + host + "\r\n", 400},
             {"two actors",
              "GET /livez HTTP/1.1\r\n" + host + "Ledger-Actor: a\r\nLedger-Actor: b\r\n\r\n", 400},
             {"no version", "GET /livez\r\n\r\n", 400},
             {"another version", "GET /livez HTTP/3.0\r\n" + host + "\r\n", 505},
             {"no request at all", "\x16\x03\x01\x02\r\n\r\n", 400},
             {"broken escapes", "GET /%zz HTTP/1.1\r\n" + host + "\r\n", 400},
             {"text that is not UTF-8", "GET /v1/events?type=%ff HTTP/1.1\r\n" + host + "\r\n",
              400},
             {"a control character", "GET /v1/events?type=%00 HTTP/1.1\r\n" + host + "\r\n", 400},
             {"a whole address", "GET http://127.0.0.1/livez HTTP/1.1\r\n" + host + "\r\n", 400}}) {
        INFO(name);
        const auto [got, closed] = answer_to(server, bytes);
        CHECK(got == status);
        CHECK(closed);
    }
    CHECK(server.size() == before);
    CHECK(server.client().get("/livez").status == 200);
}

TEST_CASE("A chunked body that is not framed well is refused", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string json = employer_registered(fresh_id());
    std::string head = "POST /v1/commands HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n";
    for (const auto& [name, value] : as_province) head += name + ": " + value + "\r\n";
    head += "\r\n";
    const std::vector<std::string> broken{"zz\r\n" + json, "-5\r\nabcde\r\n0\r\n\r\n",
                                          "ffffffffffffffffff\r\n", "5\r\nabcdeX\r\n0\r\n\r\n"};
    for (const std::string& body : broken) {
        INFO(body.substr(0, 30));
        CHECK(answer_to(server, head + body).first == 400);
    }
    CHECK(server.size() == before);
    std::string framed;
    for (const char each : json) framed += fmt::format("1;note=x\r\n{}\r\n", each);
    HttpClient client = server.client();
    client.send(head + framed + "0\r\n\r\n");
    CHECK(client.read_answer().status == 201);
    CHECK(client.get("/livez").status == 200);
}

TEST_CASE("What is too long is refused with its own status", "[server]") {
    ServerFixture server;
    CHECK(answer_to(server, "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n")
              .first == 414);
    CHECK(answer_to(server,
                    "GET / HTTP/1.1\r\n" + host + "X: " + std::string(17'000, 'a') + "\r\n\r\n")
              .first == 431);
    std::string many;
    for (int i = 0; i < 2'000; ++i) many += fmt::format("X-{}: 1\r\n", i);
    CHECK(answer_to(server, "GET / HTTP/1.1\r\n" + host + many + "\r\n").first == 431);

    const std::string body(server::limits::command_bytes_max + 1, ' ');
    const auto announced = server.post(body);
    CHECK(announced.status == 413);
    CHECK(code_of(announced) == "E_BODY_TOO_LARGE");
    HttpClient client = server.client();
    std::string head = "POST /v1/commands HTTP/1.1\r\n" + host +
                       "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.try_send(head + fmt::format("{:x}\r\n", body.size()) + body + "\r\n0\r\n\r\n");
    CHECK(client.read_answer().status == 413);
}

TEST_CASE("A request that stops half-way records nothing", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string json = employer_registered(fresh_id());
    const std::string whole =
        HttpClient::head("POST", "/v1/commands", as_province, json.size()) + json;
    for (const std::size_t cut : {1ul, 20ul, whole.size() / 2, whole.size() - 1}) {
        HttpClient client = server.client();
        client.send(std::string_view(whole).substr(0, cut));
    }
    server.app->drain();
    CHECK(server.size() == before);
}

TEST_CASE("A connection carries many requests, also sent ahead", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    for (int i = 0; i < 5; ++i) CHECK(client.get("/livez").status == 200);
    std::string ahead;
    for (int i = 0; i < 20; ++i) ahead += HttpClient::head("GET", "/v1/limits", {}, 0);
    const std::string json = employer_registered(fresh_id());
    ahead += HttpClient::head("POST", "/v1/commands", as_province, json.size()) + json;
    ahead += "\r\n" + HttpClient::head("GET", "/livez", {}, 0);
    client.send(ahead);
    for (int i = 0; i < 20; ++i) CHECK(client.read_answer().status == 200);
    CHECK(client.read_answer().status == 201);
    CHECK(client.read_answer().body == "ok\n");

    // Byte by byte is the same request.
    for (const char each : HttpClient::head("GET", "/livez", {}, 0))
        client.send(std::string_view(&each, 1));
    CHECK(client.read_answer().status == 200);
    client.send(HttpClient::head("GET", "/livez", {{"Connection", "close"}}, 0));
    CHECK(client.read_answer().header("connection") == "close");
    CHECK(client.closed());
}

TEST_CASE("A body that was not read is not taken for a request", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const std::string inner = HttpClient::head("GET", "/livez", {}, 0);
    client.send("POST /nowhere HTTP/1.1\r\n" + host +
                fmt::format("Content-Length: {}\r\n\r\n", inner.size()) + inner);
    CHECK(client.read_answer().status == 404);
    CHECK(client.closed());
}

TEST_CASE("Expect: 100-continue is answered before the body is sent", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const std::string json = employer_registered(fresh_id());
    auto headers = as_province;
    headers.emplace_back("Expect", "100-continue");
    client.send(HttpClient::head("POST", "/v1/commands", headers, json.size()));
    CHECK(client.read_head().status == 100);
    client.send(json);
    CHECK(client.read_answer().status == 201);
    // A body that is too large is refused before it is sent.
    client.send(HttpClient::head("POST", "/v1/commands", headers, 2'000'000));
    CHECK(client.read_answer().status == 413);
}

TEST_CASE("HTTP/1.0 is answered and hung up", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    client.send("GET /v1/events HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n");
    const auto answer = client.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.header("transfer-encoding").empty());
    CHECK(lines_of(answer.body).size() == server.size() + 1);
}

TEST_CASE("Methods and paths have their own answers", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const auto missing = client.get("/v1/nothing");
    CHECK(missing.status == 404);
    CHECK(code_of(missing) == "E_NO_ROUTE");
    for (const char* method : {"DELETE", "PUT", "PATCH", "POST"}) {
        HttpClient fresh = server.client();
        const auto answer = fresh.request(method, "/v1/events", {}, {});
        CHECK(answer.status == 405);
        CHECK(answer.header("allow") == "GET, HEAD, OPTIONS");
    }
    CHECK(server.client().get("/v1/commands").header("allow") == "POST, OPTIONS");
    CHECK(server.client().request("BREW", "/v1/events", {}, {}).status == 501);
    const auto options = server.client().request("OPTIONS", "/v1/events", {}, {});
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "GET, HEAD, OPTIONS");
    CHECK(server.client().request("OPTIONS", "*", {}, {}).status == 204);

    const auto get = server.client().get("/v1/events?limit=1");
    const auto head = server.client().request("HEAD", "/v1/events?limit=1", {}, {});
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == get.header("content-length"));
    CHECK(server.client()
              .request("HEAD", "/v1/events", {{"Accept", "application/x-ndjson"}}, {})
              .status == 200);
}

TEST_CASE("Only names of this machine are answered to", "[server]") {
    ServerFixture server;
    const auto ask = [&](const std::string& name) {
        HttpClient client = server.client();
        client.send("GET /livez HTTP/1.1\r\nHost: " + name + "\r\n\r\n");
        return client.read_answer().status;
    };
    CHECK(ask("localhost:7400") == 200);
    CHECK(ask("[::1]:7400") == 200);
    CHECK(ask("127.0.0.1") == 200);
    CHECK(ask("ledger.example") == 421);
    CHECK(ask("127.0.0.1.example") == 421);
}
