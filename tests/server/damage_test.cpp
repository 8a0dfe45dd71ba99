// One damaged block of the log: one answer fails and says where, the server goes on.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <future>

#include "ledger/registrar.h"
#include "tests/server/server_fixture.h"
#include "tests/support/stored_damage.h"

using namespace test;

namespace {

/// Enough that what is damaged lies before everything that a start reads again.
constexpr int later_events = 300;

struct DamagedServer : ServerFixture {
    DamagedServer() {
        must_post(talent_registered(whole_id, 1));
        must_post(talent_registered(hit_id, 2));
        hit = size() - 1;
        std::vector<std::future<void>> answers;
        events::CommandReader reader(ledger().catalogue(), ledger().codes());
        for (int i = 0; i < later_events; ++i) {
            auto command = reader.read(employer_registered(fresh_id()), actor(events::Role::P));
            auto answered = std::make_shared<std::promise<void>>();
            answers.push_back(answered->get_future());
            ledger().registrar().submit(std::move(*command),
                                        [answered](const auto&) { answered->set_value(); });
        }
        for (auto& answer : answers) answer.wait();
        // Everything is folded before the stop, so that the next start finds current views.
        const auto folded = fmt::format("?min_position={}&wait=20s", size() - 1);
        REQUIRE(client().get("/v1/views/dossier/" + whole_id + folded).status == 200);
        const auto stored = ledger().event({hit});
        const auto* id = stored->event().event_id()->bytes()->data();
        damage(std::string(reinterpret_cast<const char*>(id), 16));
    }
    void damage(const std::string& bytes) {
        app.reset();
        flush_log(settings.data);
        REQUIRE(damage_stored(settings.data, bytes) == 1);
    }
    std::string amended(const std::string& talent) const {
        return cloud_event("TalentAmended", stream("talent", talent), R"({"residence":"510700"})",
                           R"("effectivefrom":"2019-01-01",)", {},
                           R"("legal_basis":"STATUTORY_DUTY",)");
    }
    void check_damage(const HttpAnswer& answer) const {
        CAPTURE(answer.body);
        CHECK(answer.status == 500);
        CHECK(code_of(answer) == "E_LOG_DAMAGED");
        const auto detail = text_of(json_of(answer), "detail");
        CHECK(detail.starts_with(fmt::format("position {}", hit)));
        CHECK(detail.find(settings.data.string()) == std::string::npos);
    }

    const std::string whole_id = fresh_id(), hit_id = fresh_id();
    std::uint64_t hit = 0;
};

}  // namespace

TEST_CASE("Server fails only the answers that a damaged block concerns", "[server]") {
    DamagedServer server;
    server.start();
    for (int i = 0; i < 2; ++i) {
        auto client = server.client();
        server.check_damage(client.get(fmt::format("/v1/events/{}", server.hit)));
        server.check_damage(client.get("/v1/events?from=begin&limit=1000"));
        server.check_damage(client.get("/v1/events?type=TalentRegistered"));
        server.check_damage(client.get("/v1/views/dossier/" + server.hit_id));
        server.check_damage(server.post(server.amended(server.hit_id)));
        CHECK(client.get(fmt::format("/v1/events/{}", server.hit - 1)).status == 200);
        CHECK(client.get(fmt::format("/v1/events?after={}&limit=1000", server.hit)).status == 200);
        CHECK(client.get("/v1/events?type=EmployerRegistered&after=20").status == 200);
        CHECK(client.get("/v1/views/dossier/" + server.whole_id).status == 200);
        CHECK(client.get("/v1/views/stock").status == 200);
        server.must_post(server.amended(server.whole_id));
        CHECK(client.get("/readyz").status == 200);
        if (i == 0) {
            server.app.reset();
            server.start();
        }
    }
}

TEST_CASE("Views stop before what is damaged, and say so, while the log is served", "[server]") {
    DamagedServer server;
    std::filesystem::remove_all(server.settings.data / "views");
    auto started = server::App::start(server.settings, server.clock, server.random);
    REQUIRE(started);
    server.app = std::move(*started);
    auto client = server.client();
    const auto where = fmt::format("position {}", server.hit);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto ready = client.get("/readyz?verbose");
    while (ready.body.find(where) == std::string::npos) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        ready = client.get("/readyz?verbose");
    }
    CHECK(ready.status == 503);
    CHECK(ready.body.find("E_LOG_DAMAGED") != std::string::npos);
    CHECK(server.app->services().views.position() == server.hit);
    CHECK(client.get(fmt::format("/v1/events/{}", server.hit + 1)).status == 200);
    CHECK(client.get("/v1/views/dossier/" + server.whole_id).status == 200);
    server.must_post(server.amended(server.whole_id));
    CHECK(server.app->services().views.position() == server.hit);
}
