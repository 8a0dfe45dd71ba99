// Collecting cosignatures: what is published, when, and when not.
#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/notary.h"
#include "ledger/proof/policy.h"
#include "server/checkpointer.h"
#include "server/neighbour_app.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

namespace fs = std::filesystem;

/// A witness in this process, under one address through its restarts.
struct OneWitness {
    explicit OneWitness(const fs::path& dir, const std::string& name) {
        settings.witness = dir;
        settings.witness_name = name;
        settings.port = 0;
        start();
        settings.port = app->port();
    }
    void start() {
        app.reset();
        auto started = server::NeighbourApp::start(settings, clock, random);
        if (!started) throw std::runtime_error(started.error().what);
        app = *std::move(started);
    }
    void stop() { app.reset(); }
    void watch(const std::string& keys) {
        std::ofstream(settings.witness / "logs") << keys;
        start();
    }
    std::string policy_line(const std::string& name) {
        auto key = HttpClient(app->port()).get("/witness/vkey").body;
        key.pop_back();
        return fmt::format("witness {} {} {}/witness\n", name, key, app->address());
    }

    base::SystemClock clock;
    base::SystemRandom random;
    server::Settings settings;
    std::unique_ptr<server::NeighbourApp> app;
};

/// A ledger whose policy names two witnesses.
struct CosignedFixture : ServerFixture {
    OneWitness first{folder.path() / "w1", "witness.example.org/w1"};
    OneWitness second{folder.path() / "w2", "witness.example.org/w2"};

    std::string vkeys() { return client().get("/log/vkey").body; }
    void stop() {
        app.reset();
        settings.opening = ledger::Ledger::Opening::existing;
    }
    void follow(const std::string& rule) {
        settings.policy = folder.path() / "policy";
        std::ofstream(settings.policy)
            << first.policy_line("w1") << second.policy_line("w2") << rule;
        stop();
        start();
    }
    void grow() { must_post(employer_registered(fresh_id(), fresh_id())); }
    proof::Policy::Verdict published() {
        const auto policy = *proof::Policy::parse(client().get("/log/policy").body);
        return *policy.judge(client().get("/log/checkpoint").body);
    }
    /// Asks until it is so; the client's patience bounds each question, the test's each wait.
    bool soon(const std::function<bool()>& so) {
        const auto deadline = clock.now() + std::chrono::seconds(20);
        while (!so()) {
            if (clock.now() > deadline) return false;
            client().get("/v1/views/stock?wait=50ms&min_position=99999999");
        }
        return true;
    }
    bool covers_all() {
        const auto newest = app->services().notary.published_checkpoint();
        return newest && newest->size == size();
    }
};

constexpr const char* both = "group g all w1 w2\nquorum g\n";
constexpr const char* one = "group g any w1 w2\nquorum g\n";

}  // namespace

TEST_CASE("A checkpoint is published with the cosignatures that the policy wants", "[cosigned]") {
    CosignedFixture server;
    server.first.watch(server.vkeys());
    server.second.watch(server.vkeys());
    server.follow(both);
    const auto policy = server.client().get("/log/policy").body;
    CHECK(policy.starts_with("log " + server.vkeys().substr(0, server.vkeys().size() - 1)));
    for (int i = 0; i < 3; ++i) {
        server.grow();
        const auto since = server.clock.now();
        REQUIRE(server.soon([&] { return server.covers_all(); }));
        CHECK(server.clock.now() - since < std::chrono::seconds(5));
        const auto verdict = server.published();
        CHECK(verdict.quorum);
        CHECK(verdict.cosigned.size() == 2);
        CHECK(verdict.checkpoint.checkpoint.size == server.size());
    }
    const auto figures = server.client().get("/metrics").body;
    CHECK(figures.find("ledger_checkpoint_quorum 1") != std::string::npos);
    CHECK(figures.find("ledger_witness_requests_total{result=\"cosigned\"}") != std::string::npos);
}

TEST_CASE("Without a quorum the last published checkpoint stays, until it holds", "[cosigned]") {
    CosignedFixture server;
    server.first.watch(server.vkeys());
    const auto before = server.client().get("/log/checkpoint").body;
    server.follow(both);
    server.grow();
    // One of them does not know the log.
    REQUIRE(server.soon([&] {
        return server.client().get("/metrics").body.find(
                   "ledger_witness_requests_total{result=\"refused\"}") != std::string::npos;
    }));
    CHECK(server.client().get("/log/checkpoint").body == before);
    CHECK(server.client().get("/readyz").status == 200);
    server.second.watch(server.vkeys());
    REQUIRE(server.soon([&] { return server.covers_all(); }));
    CHECK(server.published().quorum);
}

TEST_CASE("Failing open is only on request, and counted", "[cosigned]") {
    CosignedFixture server;
    server.settings.fail_open = true;
    server.settings.bounds.fail_open_ms = 1;
    server.settings.bounds.witness_time_ms = 500;
    server.follow(both);
    server.grow();
    REQUIRE(server.soon([&] { return server.covers_all(); }));
    CHECK_FALSE(server.published().quorum);
    const auto figures = server.client().get("/metrics").body;
    CHECK(figures.find("ledger_checkpoint_failed_open 1") != std::string::npos);
    CHECK(figures.find("ledger_checkpoints_failed_open_total 0") == std::string::npos);
}

TEST_CASE("Whoever cosigns late is added to what is published already", "[cosigned]") {
    CosignedFixture server;
    server.first.watch(server.vkeys());
    server.follow(one);
    server.grow();
    REQUIRE(server.soon([&] { return server.covers_all(); }));
    CHECK(server.published().cosigned.size() == 1);
    server.second.watch(server.vkeys());
    CHECK(server.soon([&] { return server.published().cosigned.size() == 2; }));
    CHECK(server.covers_all());
}

TEST_CASE("A copy that was put back with its signing folder meets the witness", "[cosigned]") {
    CosignedFixture server;
    server.first.watch(server.vkeys());
    server.second.watch(server.vkeys());
    server.follow(one);
    server.stop();
    const auto kept = server.folder.path() / "kept";
    fs::copy(server.settings.data, kept, fs::copy_options::recursive);
    server.start();
    const auto before = server.size();
    server.grow();
    server.grow();
    REQUIRE(server.soon([&] { return server.covers_all(); }));
    const auto seen = server.size();
    server.stop();
    fs::remove_all(server.settings.data);
    fs::copy(kept, server.settings.data, fs::copy_options::recursive);

    const auto refused = server::App::start(server.settings, server.clock, server.random);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_LOG_ROLLED_BACK");
    CHECK(refused.error().what.find(fmt::format("{} events", seen)) != std::string::npos);
    CHECK(refused.error().what.find(fmt::format("holds {}", before)) != std::string::npos);

    // Nobody noticed at the start: the witnesses were down. Then it is noticed while running.
    server.first.stop();
    server.second.stop();
    server.settings.bounds.witness_time_ms = 300;
    server.start();
    CHECK(server.client().get("/readyz").status == 200);
    server.first.start();
    REQUIRE(server.soon([&] { return server.client().get("/readyz").status == 503; }));
    CHECK(server.client().get("/readyz").body.find("witness.example.org/w1") != std::string::npos);
    CHECK(server.client().get("/metrics").body.find("ledger_signing_stopped 1") !=
          std::string::npos);
    // The other history is signed and shown by nobody.
    server.grow();
    server.grow();
    server.grow();
    const auto now = server.app->services().notary.published_checkpoint();
    CHECK((!now || now->size <= before));
}

TEST_CASE("A policy that cannot be read is refused at the start", "[cosigned]") {
    ServerFixture server;
    server.app.reset();
    server.settings.opening = ledger::Ledger::Opening::existing;
    server.settings.policy = server.folder.path() / "policy";
    const auto code = [&] {
        const auto started = server::App::start(server.settings, server.clock, server.random);
        return started ? std::string() : started.error().code;
    };
    CHECK(code() == "E_POLICY");
    std::ofstream(server.settings.policy) << "quorum nobody\n";
    CHECK(code() == "E_POLICY");
    std::ofstream(server.settings.policy)
        << "witness w witness.example.com/w1+82ccc88e+BOHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx "
           "ftp://nowhere\nquorum none\n";
    CHECK(code() != "");
}
