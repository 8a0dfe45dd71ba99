// kill -9 of the real server at random moments of a load, again and again.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <poll.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "ledger/verifier.h"
#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/server_process.h"
#include "tests/support/http_client.h"
#include "tools/story/story.h"
#include "tools/synthetic/synthetic.h"

namespace {

namespace json = boost::json;

struct Sent {
    std::string json, outcome, actor, command;
};

std::vector<Sent> commands(std::size_t wanted) {
    synthetic::Generator generator({.talents = 2'000, .start = events::Date{17'898}});
    synthetic::Step step;
    std::vector<Sent> out;
    while (out.size() < wanted && generator.next(step)) {
        const bool batch = step.json[0] == '[';
        const auto at = step.json.find(batch ? "\"commandid\":\"" : "\"id\":\"") + (batch ? 13 : 6);
        out.push_back({step.json, std::string(step.outcome), story::actor_header(*step.actor),
                       step.json.substr(at, 32)});
    }
    return out;
}

/// Sends the commands from `next` on that one actor records, until the server dies or is done.
/// Returns how many of them were answered; each answer is what was planned, or a replay.
std::size_t load_some(std::uint16_t port, const std::vector<Sent>& all, std::size_t next,
                      std::size_t most) {
    std::string body;
    for (std::size_t i = next; i < all.size() && i < next + most; ++i) {
        if (all[i].actor != all[next].actor) break;
        body += all[i].json + "\n";
    }
    std::size_t answered = 0;
    std::string text;
    try {
        test::HttpClient client(port);
        client.send(test::HttpClient::head("POST", "/v1/commands",
                                           {{"Content-Type", "application/x-ndjson"},
                                            {"Ledger-Actor", all[next].actor}},
                                           body.size()) +
                    body);
        if (client.read_head().status != 200) return 0;
        for (auto piece = client.read_chunk(); piece; piece = client.read_chunk()) {
            text += *piece;
        }
    } catch (const std::runtime_error&) {
        // killed; what was answered until now counts
    }
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;) {
        const auto line = json::parse(text.substr(0, end)).as_object();
        text.erase(0, end + 1);
        if (line.contains("end")) break;
        const Sent& sent = all[next + answered];
        const auto status = line.at("status").as_int64();
        const auto* code = line.if_contains("code");
        INFO(sent.json << "\n" << json::serialize(line));
        if (sent.outcome[0] == 'E') {
            CHECK((code != nullptr && code->as_string() == sent.outcome));
        } else {
            CHECK((status == 201 || status == 200));
        }
        ++answered;
    }
    return answered;
}

/// Every answered command is in the log once and whole, and so is every other.
void check_log(const ledger::Ledger& ledger, const std::vector<Sent>& all, std::size_t answered) {
    std::set<std::string> seen;
    auto scan = ledger.scan({0}, {ledger.head().size});
    for (auto more = scan.next(); more && *more; more = scan.next()) {
        // The bytes are gone with the next step of the scan.
        const auto command = events::Id::of(*scan.event().command_id()).text();
        const int size = scan.event().command_size();
        INFO("command " << command);
        REQUIRE(scan.event().command_index() == 0);
        REQUIRE(seen.insert(command).second);
        for (int i = 1; i < size; ++i) {
            REQUIRE(scan.next());
            const auto& other = scan.event();
            REQUIRE(events::Id::of(*other.command_id()).text() == command);
            REQUIRE(other.command_index() == i);
        }
    }
    for (std::size_t i = 0; i < answered; ++i) {
        if (all[i].outcome[0] == 'E') continue;
        INFO("acknowledged: " << all[i].json);
        REQUIRE(seen.contains(all[i].command));
    }
}

}  // namespace

TEST_CASE("No acknowledged command is lost when the server is killed", "[crash]") {
    const char* wanted = std::getenv("CRASH_CYCLES");
    const int cycles = wanted != nullptr ? std::atoi(wanted) : 20;
    const char* given = std::getenv("CRASH_SEED");
    const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                       : std::random_device{}();
    std::cout << "crash test: " << cycles << " cycles, CRASH_SEED=" << seed << std::endl;
    std::mt19937_64 random(seed);

    acceptance::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    const auto all = commands(static_cast<std::size_t>(cycles) * 300 + 500);
    std::size_t next = 0;
    int cut_short = 0;
    for (int cycle = 0; cycle < cycles && next < all.size(); ++cycle) {
        acceptance::ServerProcess server(data);
        const auto patience_ms = static_cast<int>(random() % 600);
        std::thread killer([&] {
            ::poll(nullptr, 0, patience_ms);  // the moment is the point of this test
            server.kill();
        });
        const auto before = next;
        for (std::size_t answered = 1; answered != 0 && next < all.size();) {
            answered = load_some(server.port(), all, next, 300);
            next += answered;
            if (next - before > 2'000) break;
        }
        killer.join();
        if (next < all.size()) ++cut_short;
    }
    std::cout << "crash test: " << next << " commands acknowledged, " << cut_short
              << " loads cut short" << std::endl;
    CHECK(next > 0);
    CHECK(cut_short > 0);
    {
        acceptance::ServerProcess server(data);
        server.wait_ready();
        REQUIRE(server.stop() == 0);
    }
    base::SystemClock clock;
    base::SystemRandom system_random;
    ledger::Ledger::Options options;
    options.dir = data;
    options.opening = ledger::Ledger::Opening::read_only;
    const auto opened = ledger::Ledger::open(options, clock, system_random);
    if (!opened) FAIL(opened.error().what);
    const ledger::Ledger& ledger = **opened;
    check_log(ledger, all, next);

    const std::atomic<bool> stop{false};
    const auto verified = ledger::verify(ledger, [](std::uint64_t, std::uint64_t) {}, stop);
    REQUIRE(verified);
    if (verified->fault) FAIL(verified->fault->what);

    auto rebuilt = projections::Views::open(std::nullopt, ledger);
    auto kept = projections::Views::open(data / "views", ledger);
    REQUIRE(rebuilt);
    REQUIRE(kept);
    REQUIRE((*rebuilt)->catch_up(stop));
    CHECK((*kept)->position() == ledger.head().size);
    CHECK(*(*kept)->digests() == *(*rebuilt)->digests());
    if (std::filesystem::exists(TALENTCTL)) {
        std::string said;
        const int code = acceptance::run_program(
            std::string(TALENTCTL) + " --offline " + data.string() + " verify", said);
        INFO(said);
        CHECK(code == 0);
    }
}
