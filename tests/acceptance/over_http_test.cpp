// The story told to the real server over its port, and sixteen clients at one person's record.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/server_process.h"
#include "tests/support/http_client.h"
#include "tools/story/story.h"

namespace {

namespace json = boost::json;
using test::HttpAnswer;
using test::HttpClient;

constexpr int clients = 16;
constexpr int rounds = 5;
// The story's own people: T5 at the hospital E4, T1 at the university E1.
const std::string t5 = "010536850a330e6bc426c4802e8f752b";
const std::string t1 = "0101bf053e0c3bb1e9ad15f9e1f587f6";
const std::string hosts[] = {
    "02024dcc2eff477b4342b0bfde0c75b9", "0203eb8fd47924354ceaf5f4caa56977",
    "0208f3433c4f26dd78f58aa492df1729"};

HttpClient::Headers headers_of(const std::string& actor, bool batch) {
    return {{"Content-Type", batch ? "application/cloudevents-batch+json"
                                   : "application/cloudevents+json"},
            {"Ledger-Actor", actor}};
}

/// `recorded`, `replayed` or the code of the refusal.
std::string outcome_of(const HttpAnswer& answer) {
    if (answer.status == 201) return "recorded";
    if (answer.status == 200) return "replayed";
    return std::string(json::parse(answer.body).at("code").as_string());
}

std::string told(HttpClient& client, const story::Step& step) {
    return outcome_of(client.post("/v1/commands",
                                  headers_of(story::actor_header(step.actor), step.json[0] == '['),
                                  step.json));
}

/// Tells the story up to its last row before `recorded_before` (a text of the story's times).
void tell_story(HttpClient& client, const std::string& recorded_before) {
    for (const auto& step : story::steps()) {
        const auto at = step.json.find("\"demotime\":\"") + 12;
        if (step.json.substr(at, 10) >= recorded_before) return;
        INFO("row " << step.row << ": " << step.title);
        CHECK(told(client, step) == step.outcome);
    }
}

std::string random_id(int kind, int round, int client) {
    char text[33];
    std::snprintf(text, sizeof text, "ee%02x%02x%02x5bd7c1f6a90e8b34d2c7f051", kind, round, client);
    return std::string(text).substr(0, 32);
}

std::uint64_t revision_of(HttpClient& client, const std::string& talent) {
    const auto answer = client.get("/v1/streams/talent/" + talent + "?limit=1000");
    REQUIRE(answer.status == 200);
    const auto page = json::parse(answer.body).as_object();
    std::uint64_t newest = 0;
    for (const auto& event : page.at("events").as_array()) {
        const std::string streams(event.at("streams").as_string());
        const auto at = streams.find("talent/" + talent + "@");
        newest = std::max<std::uint64_t>(newest, std::stoull(streams.substr(at + 40)));
    }
    return newest;
}

std::string event(const std::string& id, const std::string& type, const std::string& subject,
                  const std::string& more, const std::string& payload, const std::string& expect) {
    return R"({"specversion":"1.0","source":"race","id":")" + id + R"(","type":"talent.)" + type +
           R"(.v1","subject":")" + subject + "\"" + more + R"(,"data":{"payload":)" + payload +
           (expect.empty() ? "" : ",\"expect\":" + expect) + "}}";
}

/// Lets all clients send at once; the outcomes in the order of the clients.
std::vector<std::string> race(std::uint16_t port, const std::string& role,
                              const std::function<std::string(int)>& command) {
    std::vector<std::string> outcomes(clients);
    std::atomic<int> waiting{clients};
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i) {
        threads.emplace_back([&, i] {
            try {
                HttpClient client(port);
                const std::string text = command(i);
                const auto actor = "id=" + random_id(9, 0, i) + "; role=" + role;
                --waiting;
                while (waiting != 0) std::this_thread::yield();
                outcomes[static_cast<std::size_t>(i)] = outcome_of(client.post(
                    "/v1/commands", headers_of(actor, false), text));
            } catch (const std::exception& problem) {
                outcomes[static_cast<std::size_t>(i)] = problem.what();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return outcomes;
}

std::size_t count_of(const std::vector<std::string>& outcomes, const std::string& wanted) {
    return static_cast<std::size_t>(std::count(outcomes.begin(), outcomes.end(), wanted));
}

std::string query_of(const story::Golden& golden, std::uint64_t position) {
    std::string query = "?min_position=" + std::to_string(position) + "&wait=30s";
    for (const auto& [name, value] : golden.parameters) query += "&" + name + "=" + value;
    return "/v1/views/" + golden.view + (golden.subject.empty() ? "" : "/" + golden.subject) +
           query;
}

}  // namespace

TEST_CASE("The story comes out the same over HTTP", "[http]") {
    acceptance::TemporaryFolder folder;
    acceptance::ServerProcess server(folder.path() / "data");
    server.wait_ready();
    HttpClient client(server.port());
    std::uint64_t position = 0;
    for (const auto& step : story::steps()) {
        INFO("row " << step.row << ": " << step.title);
        const auto answer = client.post(
            "/v1/commands", headers_of(story::actor_header(step.actor), step.json[0] == '['),
            step.json);
        CHECK(outcome_of(answer) == step.outcome);
        if (answer.status == 201) position = std::stoull(answer.header("ledger-position"));
    }
    for (const auto& golden : story::golden()) {
        INFO(golden.name);
        const auto answer = client.get(query_of(golden, position));
        INFO(answer.body);
        CHECK(answer.status == 200);
        CHECK(story::disagreement(golden, answer.body) == "");
    }
    CHECK(server.stop() == 0);
}

TEST_CASE("Of sixteen conflicting commands one wins", "[http]") {
    acceptance::TemporaryFolder folder;
    acceptance::ServerProcess server(folder.path() / "data");
    server.wait_ready();
    HttpClient client(server.port());
    tell_story(client, "2019-04-04");

    SECTION("commands with the same expected revision") {
        for (int round = 0; round < rounds; ++round) {
            const auto revision = revision_of(client, t5);
            const auto outcomes = race(server.port(), "E", [&](int i) {
                return event(random_id(1, round, i), "QualificationRecorded", "talent/" + t5,
                             R"(,"effectivefrom":"2019-04-01")",
                             R"({"kind":"TITLE","code":"083"})",
                             "{\"talent/" + t5 + "\":" + std::to_string(revision) + "}");
            });
            INFO(json::serialize(json::value_from(outcomes)));
            CHECK(count_of(outcomes, "recorded") == 1);
            CHECK(count_of(outcomes, "E_STALE_GUARD") == clients - 1);
            CHECK(revision_of(client, t5) == revision + 1);
        }
    }
    SECTION("requests for transfers of one person") {
        const auto outcomes = race(server.port(), "H", [&](int i) {
            return event(random_id(2, 0, i), "TransferRequested", "transfer/" + random_id(3, 0, i),
                         R"(,"effectivefrom":"2019-05-01")",
                         R"({"talent":")" + t5 +
                             R"(","mode":"CONSENT","from_employer":)"
                             R"("0204903b599e5069d1cb76f0275e0d85","to_employer":)"
                             R"("0203eb8fd47924354ceaf5f4caa56977","to_site":)"
                             R"("5e03d9b07fdd772e5a697b8a26205a82","target_team":"ZJ",)"
                             R"("target_staffing":"CONTRACT"})",
                         "");
        });
        INFO(json::serialize(json::value_from(outcomes)));
        CHECK(count_of(outcomes, "recorded") == 1);
        CHECK(count_of(outcomes, "E_TRANSFER_OPEN") == clients - 1);
    }
    SECTION("the same command sixteen times") {
        const auto outcomes = race(server.port(), "E", [&](int) {
            return event(random_id(4, 0, 0), "QualificationRecorded", "talent/" + t5,
                         R"(,"effectivefrom":"2019-04-01")", R"({"kind":"TITLE","code":"083"})",
                         "");
        });
        INFO(json::serialize(json::value_from(outcomes)));
        CHECK(count_of(outcomes, "recorded") == 1);
        CHECK(count_of(outcomes, "replayed") == clients - 1);
    }
    CHECK(server.stop() == 0);
}

TEST_CASE("Sixteen hosts never overload one person", "[http]") {
    // Each wants one half day a week; four make 2,000 mday, all that a week may hold.
    constexpr std::size_t cap = 4;
    acceptance::TemporaryFolder folder;
    acceptance::ServerProcess server(folder.path() / "data");
    server.wait_ready();
    HttpClient client(server.port());
    tell_story(client, "2019-04-04");
    constexpr const char* slots[] = {"MON_AM", "MON_PM", "TUE_AM", "TUE_PM", "WED_AM",
                                     "WED_PM", "THU_AM", "THU_PM", "FRI_AM", "FRI_PM"};
    const std::string sites[] = {"5e02", "5e03", "5e08"};
    const auto said = [&](const std::string& role, const std::string& text) {
        return outcome_of(client.post(
            "/v1/commands", headers_of("id=" + random_id(8, 0, role[0]) + "; role=" + role, false),
            text));
    };
    for (int i = 0; i < clients; ++i) {
        const auto& host = hosts[i % 3];
        std::string site;
        for (const auto& step : story::steps()) {  // the host's site, from the story itself
            const auto at = step.json.find("\"site\":\"" + sites[i % 3]);
            if (at != std::string::npos) site = step.json.substr(at + 8, 32);
        }
        const auto id = random_id(5, 0, i);
        REQUIRE(said("H", event(random_id(6, 0, i), "EngagementProposed", "engagement/" + id,
                                R"(,"effectivefrom":"2019-05-06","effectiveto":"2019-09-01")",
                                R"({"talent":")" + t1 + R"(","host_employer":")" + host +
                                    R"(","host_site":")" + site +
                                    R"(","region_served":"513401","place_of_work":"513401",)"
                                    R"("kind":"PTW","schedule":{"kind":"WEEKLY","slots":[")" +
                                    slots[i % 10] +
                                    R"("],"anchor":"2019-05-06"},"load":100})",
                                "")) == "recorded");
        for (const auto& [party, role] :
             {std::pair("TALENT", "T"), std::pair("HOME", "E")}) {
            REQUIRE(said(role, event(random_id(role[0] == 'T' ? 10 : 11, 0, i),
                                     "EngagementConsented", "engagement/" + id, "",
                                     R"({"party":")" + std::string(party) + "\"}", "")) ==
                    "recorded");
        }
    }
    // Everybody tries until the answer is final; a stale revision is read again.
    std::vector<std::string> last(clients, "E_STALE_GUARD");
    for (int round = 0; round < 40 && count_of(last, "E_STALE_GUARD") > 0; ++round) {
        const auto revision = revision_of(client, t1);
        const auto outcomes = race(server.port(), "H", [&](int i) {
            return event(random_id(20 + round, 1, i), "EngagementActivated",
                         "engagement/" + random_id(5, 0, i), R"(,"effectivefrom":"2019-05-06")",
                         "{}", "{\"talent/" + t1 + "\":" + std::to_string(revision) + "}");
        });
        for (std::size_t i = 0; i < clients; ++i) {
            if (last[i] != "recorded") last[i] = outcomes[i];
        }
        CHECK(count_of(outcomes, "recorded") <= 1);
    }
    INFO(json::serialize(json::value_from(last)));
    CHECK(count_of(last, "recorded") == cap);
    CHECK(count_of(last, "E_OVERLOAD") + count_of(last, "E_SLOT_CLASH") == clients - cap);
    CHECK(server.stop() == 0);
}
