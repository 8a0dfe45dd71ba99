// POST /v1/commands and the receipts: one command at a time.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/server/server_fixture.h"

using namespace test;

TEST_CASE("A command is recorded and says where", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), command = fresh_id();
    const std::uint64_t position = server.size();
    const auto answer = server.post(employer_registered(employer, command));
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    CHECK(answer.header("location") == "/v1/commands/" + command);
    CHECK(answer.header("etag") == "\"r1\"");
    CHECK(answer.header("ledger-position") == std::to_string(position));
    CHECK_FALSE(answer.header("ledger-request-id").empty());
    const auto receipt = json_of(answer);
    CHECK(text_of(receipt, "commandid") == command);
    CHECK(text_of(receipt, "position") == std::to_string(position));
    const auto& event = receipt.at("events").as_array().at(0).as_object();
    CHECK(event.at("streams").at(0).as_string() == "employer/" + employer + "@1");
    CHECK(text_of(event, "leafhash").size() == 64);

    const auto again = server.client().get(answer.header("location"));
    CHECK(again.status == 200);
    CHECK(text_of(json_of(again), "position") == std::to_string(position));
    CHECK(server.client().get("/v1/commands/" + fresh_id()).status == 404);
    CHECK(code_of(server.client().get("/v1/commands/nonsense")) == "E_BAD_ID");
}

TEST_CASE("A retry gets the first receipt, another body under the same id is refused", "[server]") {
    ServerFixture server;
    const std::string command = fresh_id();
    const std::string json = employer_registered(fresh_id(), command);
    server.must_post(json);
    const auto replayed = server.post(json);
    CHECK(replayed.status == 200);
    CHECK(replayed.header("idempotency-replayed") == "true");
    CHECK(json_of(replayed).at("replayed") == true);
    const auto reused = server.post(employer_registered(fresh_id(), command));
    CHECK(reused.status == 422);
    CHECK(code_of(reused) == "E_COMMAND_REUSED");
}

TEST_CASE("Idempotency-Key supplies the command id or equals it", "[server]") {
    ServerFixture server;
    std::string json = employer_registered(fresh_id(), "0123456789abcdef0123456789abcdef");
    const std::string member = R"("id":"0123456789abcdef0123456789abcdef",)";
    json.erase(json.find(member), member.size());
    CHECK(server.post(json).status == 400);

    const std::string key = fresh_id();
    const bool quoted = GENERATE(false, true);
    const auto headers = with(as_province, "Idempotency-Key", quoted ? '"' + key + '"' : key);
    const auto answer = server.post(json, headers);
    INFO(answer.body);
    CHECK(answer.status == 201);
    CHECK(text_of(json_of(answer), "commandid") == key);

    const auto other = server.post(employer_registered(fresh_id(), fresh_id()), headers);
    CHECK(other.status == 422);
    CHECK(code_of(other) == "E_KEY_MISMATCH");
    CHECK(code_of(server.post(json, with(as_province, "Idempotency-Key", "x"))) == "E_BAD_ID");
}

TEST_CASE("If-Match guards the home stream", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id();
    const auto fresh = with(as_province, "If-None-Match", "*");
    REQUIRE(server.post(employer_registered(employer), fresh).status == 201);
    REQUIRE(server.post(site_opened(employer, fresh_id()), with(as_province, "If-Match", "\"r1\""))
                .status == 201);

    // The tag of the stream serves as well, however its page was sent.
    for (const char* tag : {"W/\"r2\"", "\"r3-gzip\"", "r4"})
        REQUIRE(server.post(site_opened(employer, fresh_id()), with(as_province, "If-Match", tag))
                    .status == 201);

    const auto stale =
        server.post(site_opened(employer, fresh_id()), with(as_province, "If-Match", "\"r1\""));
    REQUIRE(stale.status == 412);
    const auto problem = json_of(stale);
    CHECK(text_of(problem, "code") == "E_STALE_GUARD");
    CHECK(text_of(problem, "expected_version") == "r1");
    CHECK(text_of(problem, "current_version") == "r5");
    const auto missed = server.client().get(text_of(problem, "missed"));
    CHECK(json_of(missed).at("events").as_array().size() == 4);

    const auto bad =
        server.post(site_opened(employer, fresh_id()), with(as_province, "If-Match", "\"41\""));
    CHECK(code_of(bad) == "E_BAD_HEADER");
    const auto both = with(with(as_province, "If-Match", "\"r1\""), "If-None-Match", "*");
    CHECK(code_of(server.post(site_opened(employer, fresh_id()), both)) == "E_BAD_HEADER");
}

TEST_CASE("A guarded type without an expected revision is 428", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), site = fresh_id(), talent = fresh_id();
    server.must_post(employer_registered(employer));
    server.must_post(site_opened(employer, site));
    server.must_post(talent_registered(talent, 11));
    const auto answer = server.post(affiliation_started(talent, employer, site), as_municipality);
    INFO(answer.body);
    CHECK(answer.status == 428);
    CHECK(code_of(answer) == "E_GUARD_REQUIRED");
}

TEST_CASE("A dry run decides and records nothing", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string json = employer_registered(fresh_id());
    const auto answer = server.client().post("/v1/commands?dry_run=true", as_province, json);
    CHECK(answer.status == 200);
    CHECK(json_of(answer).at("dry_run") == true);
    CHECK(server.size() == before);
    const auto refused = server.client().post("/v1/commands?dry_run=true", as_municipality,
                                              cloud_event("FirstLoadOpened", {}, "{}"));
    CHECK(refused.status >= 400);
    CHECK(server.client().post("/v1/commands?dry_run=maybe", as_province, json).status == 400);
    CHECK(server.size() == before);
}

TEST_CASE("Who asks decides what may be recorded", "[server]") {
    ServerFixture server;
    const std::string json = employer_registered(fresh_id());
    const HttpClient::Headers nobody{{"Content-Type", "application/json"}};
    const auto refused = server.post(json, nobody);
    CHECK(refused.status == 403);
    CHECK(code_of(refused) == "E_ROLE");
    for (const char* bad :
         {"role=P", "id=12; role=P", "id=a0000000000000000000000000000001; role=Q", "P",
          "id=a0000000000000000000000000000001; role=Y",
          "id=a0000000000000000000000000000001; colour=red"}) {
        INFO(bad);
        const auto answer = server.post(json, with(nobody, "Ledger-Actor", bad));
        CHECK(answer.status == 400);
        CHECK(code_of(answer) == "E_BAD_ACTOR");
    }
}

TEST_CASE("Several events of one command stand or fall together", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), command = fresh_id();
    const auto joined = [&](const std::string& first, const std::string& second) {
        const auto part = [&](std::string json) {
            return json.insert(1, fmt::format(R"("commandid":"{}",)", command));
        };
        return "[" + part(first) + "," + part(second) + "]";
    };
    const auto headers = with(as_province, "Content-Type", "application/cloudevents-batch+json");
    const std::uint64_t before = server.size();
    const auto bad = server.post(
        joined(employer_registered(employer), site_opened(fresh_id(), fresh_id())), headers);
    CHECK(bad.status == 422);
    CHECK(server.size() == before);
    const auto good = server.post(
        joined(employer_registered(employer), site_opened(employer, fresh_id())), headers);
    INFO(good.body);
    CHECK(good.status == 201);
    CHECK(good.header("etag") == "\"r2\"");
    CHECK(json_of(good).at("events").as_array().size() == 2);
    CHECK(server.size() == before + 2);
}

TEST_CASE("A CloudEvent in binary mode is the same command", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), command = fresh_id();
    const std::string json = employer_registered(employer, command, {}, 4242);
    const std::string body = json.substr(json.find("\"data\":") + 7);
    auto headers = with(as_province, "Content-Type", "application/json");
    headers.insert(headers.end(), {{"ce-specversion", "1.0"},
                                   {"ce-type", "talent.EmployerRegistered.v1"},
                                   {"ce-source", "test"},
                                   {"ce-id", command},
                                   {"ce-subject", "employer/" + employer}});
    const auto answer = server.post(body.substr(0, body.size() - 1), headers);
    INFO(answer.body);
    CHECK(answer.status == 201);
    CHECK(server.post(json).header("idempotency-replayed") == "true");
}

TEST_CASE("Bad commands are refused by code and nothing is recorded", "[server]") {
    ServerFixture server;
    const std::uint64_t before = server.size();
    const std::string good = employer_registered(fresh_id());
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string json = good;
        return json.replace(json.find(from), from.size(), to);
    };
    struct Case {
        std::string body;
        int status;
        std::string code;
    };
    for (const auto& [body, status, code] : std::vector<Case>{
             {"", 400, "E_EMPTY_BODY"},
             {"{", 400, "E_BAD_JSON"},
             {"nonsense", 400, "E_BAD_JSON"},
             {"{\"a\":\"\xff\"}", 400, "E_BAD_JSON"},
             {std::string(100, '[') + std::string(100, ']'), 400, "E_TOO_DEEP"},
             {replaced("EmployerRegistered", "EmployerRegistred"), 400, "E_UNKNOWN_TYPE"},
             {replaced("\"section\"", "\"sextion\""), 400, ""},
             {replaced("\"STATE\"", "7777777777777777777777"), 400, "E_BAD_JSON"},
             {replaced("\"STATE\"", "-9223372036854775808"), 400, ""},
             {replaced("\"STATE\"", "\"NONE\""), 400, ""},
             {replaced("Test Works", std::string(5'000, 'x')), 400, ""},
             {replaced("\"data\"", "\"time\":\"2019-01-01T00:00:00Z\",\"data\""), 400, ""}}) {
        INFO(body.substr(0, 200));
        const auto answer = server.post(body);
        INFO(answer.body);
        CHECK(answer.status == status);
        CHECK(answer.header("content-type") == "application/problem+json");
        if (!code.empty()) CHECK(code_of(answer) == code);
    }
    CHECK(server.size() == before);
}

TEST_CASE("A problem names every fault and speaks the language asked for", "[server]") {
    ServerFixture server;
    const std::string json =
        cloud_event("EmployerRegistered", {}, R"({"name":"x","ownership":"X","region":"zz"})");
    const auto english = server.post(json);
    const auto chinese = server.post(json, with(as_province, "Accept-Language", "zh-CN,en;q=0.5"));
    REQUIRE(english.status == 400);
    REQUIRE(chinese.status == 400);
    const auto en = json_of(english), zh = json_of(chinese);
    CHECK(en.at("errors").as_array().size() >= 3);
    CHECK(text_of(en, "code") == text_of(zh, "code"));
    CHECK(text_of(en, "type") == "/problems/" + text_of(en, "code"));
    CHECK(text_of(en, "title") != text_of(zh, "title"));
    CHECK(english.header("content-language") == "en");
    CHECK(chinese.header("content-language") == "zh");
    CHECK(english.header("vary").find("Accept-Language") != std::string::npos);
    CHECK(text_of(en, "trace_id").size() == 32);

    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const auto traced =
        server.post(json, with(as_province, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01"));
    CHECK(text_of(json_of(traced), "trace_id") == trace);
}

TEST_CASE("A problem never repeats personal values", "[server]") {
    ServerFixture server;
    std::string json = talent_registered(fresh_id(), 12, {}, "Li Secret");
    json.replace(json.find("\"ZJ\""), 4, "\"XX\"");
    const auto answer = server.post(json);
    CHECK(answer.status == 400);
    CHECK(answer.body.find("Secret") == std::string::npos);
    CHECK(answer.body.find(citizen_number(12)) == std::string::npos);
}

TEST_CASE("Media types that are no commands are refused", "[server]") {
    ServerFixture server;
    const std::string json = employer_registered(fresh_id());
    for (const char* type : {"text/plain", "application/xml", "multipart/form-data", ""}) {
        const auto answer = server.post(json, with(as_province, "Content-Type", type));
        CHECK(answer.status == 415);
        CHECK(code_of(answer) == "E_MEDIA_TYPE");
    }
    CHECK(server.post(json, with(as_province, "Content-Type", "Application/JSON; charset=utf-8"))
              .status == 201);
}

TEST_CASE("Of conflicting commands of 16 clients exactly one wins", "[server]") {
    ServerFixture server;
    const std::string employer = fresh_id(), site = fresh_id();
    server.must_post(employer_registered(employer));
    server.must_post(site_opened(employer, site));
    for (unsigned round = 0; round < 5; ++round) {
        const std::string talent = fresh_id();
        server.must_post(talent_registered(talent, 20 + round));
        std::vector<int> statuses(16);
        std::vector<std::thread> racers;
        for (int& status : statuses)
            racers.emplace_back([&] {
                status = server
                             .post(affiliation_started(talent, employer, site),
                                   with(as_municipality, "If-Match", "\"r1\""))
                             .status;
            });
        for (auto& each : racers) each.join();
        CHECK(std::count(statuses.begin(), statuses.end(), 201) == 1);
        CHECK(std::count(statuses.begin(), statuses.end(), 412) == 15);
        const events::StreamId stream{events::StreamKind::talent, *events::Id::parse(talent)};
        CHECK(server.ledger().revision(stream).value == 2);
    }
}
