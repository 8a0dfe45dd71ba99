// What the system records by itself of its own log, and the proofs of completeness over it.
#include <catch2/catch.hpp>

#include "ledger/completeness.h"
#include "ledger/map_record.h"
#include "ledger/notary.h"
#include "ledger/proof/base64.h"
#include "ledger/stream_map.h"
#include "server/proof_events.h"
#include "tests/server/recorded_map.h"

using namespace test;

namespace {

using events::schema::Payload;

const auto as_bulk = with(as_province, "Content-Type", "application/x-ndjson");

/// Enough for a recording, in one load.
std::string load(ServerFixture& server, int sites = 1'000) {
    const std::string employer = fresh_id();
    std::string body = employer_registered(employer) + "\n";
    for (int i = 0; i < sites; ++i) body += site_opened(employer, fresh_id()) + "\n";
    REQUIRE(server.client().post("/v1/commands", as_bulk, body).status == 200);
    return employer;
}

std::uint64_t count_of(ServerFixture& server, Payload type) {
    std::uint64_t count = 0;
    auto scan = server.ledger().scan({&type, 1}, {0}, {server.size()});
    while (*scan.next()) ++count;
    return count;
}

/// Asks until the stream's proof says so much; the fixture's patience bounds it.
HttpAnswer proof_of(ServerFixture& server, const std::string& stream, std::uint64_t recorded) {
    for (int tries = 0; tries < 600; ++tries) {
        auto answer = server.client().get("/v1/proofs/streams/" + stream);
        if (answer.status == 200 &&
            std::stoull(text_of(json_of(answer).at("map").as_object(), "size")) >= recorded)
            return answer;
        server.client().get("/v1/views/stock?wait=50ms&min_position=99999999");
    }
    throw std::runtime_error("nothing was recorded");
}

}  // namespace

TEST_CASE("After a thousand events a recording follows, and it is the only one", "[server]") {
    ServerFixture server;
    const auto none = server.client().get("/v1/proofs/streams/ops/" +
                                          server.ledger().info().id.text());
    CHECK(none.status == 404);
    CHECK(code_of(none) == "E_NO_MAP");
    const auto employer = load(server);
    const auto loaded = server.size();
    const auto answer = json_of(proof_of(server, "employer/" + employer, loaded));
    CHECK(text_of(answer, "count") == "1001");
    CHECK(text_of(answer, "last") == std::to_string(loaded - 1));
    CHECK(count_of(server, Payload::CheckpointRecorded) == 1);
    CHECK(count_of(server, Payload::StreamMapRecorded) == 1);
    CHECK(server.size() == loaded + 2 + count_of(server, Payload::ViewDigestsRecorded));
    CHECK(server.client().get("/metrics").body.find(
              fmt::format("ledger_recorded_position {}", loaded)) != std::string::npos);
    // Its own events do not count: nothing more follows.
    server::RecordingPace pace(server.ledger());
    REQUIRE(pace.look_back());
    CHECK_FALSE(*pace.is_due(server.size(), {server.clock.wall_micros()}));
    CHECK_FALSE(*pace.is_due(server.size() + 999, {server.clock.wall_micros()}));
    CHECK(*pace.is_due(server.size() + 1'000, {server.clock.wall_micros()}));
}

TEST_CASE("A proof of completeness over the port holds without the server", "[server]") {
    ServerFixture server;
    const auto employer = fresh_id();
    server.must_post(employer_registered(employer));
    record_map(server);
    const auto key = server.client().get("/log/vkey").body;
    const auto policy =
        proof::Policy::of(*proof::VerifierKey::parse(key.substr(0, key.find('\n'))));
    const std::string absent = "talent/" + fresh_id();
    for (const auto& name : {"employer/" + employer, absent}) {
        const auto answer = server.client().get("/v1/proofs/streams/" + name + "?form=text");
        REQUIRE(answer.status == 200);
        const auto parsed = proof::CompletenessProof::parse(answer.body);
        REQUIRE(parsed);
        const auto proven = proof::verify(*parsed, policy, ledger::read_map_record);
        REQUIRE(proven);
        CHECK(proven->stream.text() == name);
        CHECK(proven->state.has_value() == (name != absent));
        // The JSON says the same.
        const auto json = json_of(server.client().get("/v1/proofs/streams/" + name));
        CHECK(text_of(json, "proof") == proof::base64(parsed->map.encoded()));
        CHECK(text_of(json, "record") == proof::base64(parsed->record));
        CHECK(text_of(json, "count") ==
              std::to_string(proven->state ? proven->state->count : 0));
    }
    CHECK(server.client().get("/v1/proofs/streams/talent/xyz").status == 400);
    CHECK(server.client().get("/v1/proofs/streams/none/" + fresh_id()).status == 400);
    CHECK(server.client().get("/v1/proofs/streams/" + absent + "?form=yaml").status == 400);
}

TEST_CASE("After a restart the same proofs are given, and a gone signing folder is refused",
          "[server]") {
    ServerFixture server;
    const auto employer = load(server);
    const auto before = json_of(proof_of(server, "employer/" + employer, 1'000));
    server.restart_with({});
    const auto after = json_of(proof_of(server, "employer/" + employer, 1'000));
    CHECK(after.at("map") == before.at("map"));
    CHECK(after.at("proof") == before.at("proof"));
    server.app.reset();
    const auto signing = server.settings.data / "signing";
    std::filesystem::rename(signing, server.folder.path() / "moved");
    const auto refused = server::App::start(server.settings, server.clock, server.random);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_SIGNING_MISSING");
    std::filesystem::rename(server.folder.path() / "moved", signing);
    server.start();
}

TEST_CASE("A map that a crash left behind its recording is brought up to it", "[server]") {
    ServerFixture server;
    const auto employer = load(server);
    const auto before = json_of(proof_of(server, "employer/" + employer, 1'000));
    REQUIRE(server.ledger().stream_map().declare_void());
    CHECK(code_of(server.client().get("/v1/proofs/streams/employer/" + employer)) ==
          "E_MAP_DAMAGED");
    server.restart_with({});
    const auto after = json_of(proof_of(server, "employer/" + employer, 1'000));
    CHECK(after.at("map") == before.at("map"));
}

TEST_CASE("A real ledger records what has waited for a day, and nothing while idle") {
    LedgerFixture real(LedgerFixture::Opening::create);
    real.open();
    server::RecordingPace pace(*real.ledger);
    REQUIRE(pace.look_back());
    const events::Instant now{real.clock.wall_micros()};
    const events::Instant tomorrow{now.micros + 24LL * 3'600 * 1'000'000 + 60'000'000};
    const auto opened = real.ledger->head().size;
    CHECK_FALSE(*pace.is_due(opened, tomorrow));  // nothing but its opening
    real.must_record(employer_registered(fresh_id()));
    const auto grown = real.ledger->head().size;
    CHECK_FALSE(*pace.is_due(grown, now));
    CHECK(*pace.is_due(grown, tomorrow));
    pace.recorded({grown, grown, 3});
    CHECK_FALSE(*pace.is_due(grown + 3, tomorrow));
}

TEST_CASE("A demonstration ledger goes by the number of events alone") {
    LedgerFixture demo;
    demo.open();
    server::RecordingPace pace(*demo.ledger);
    REQUIRE(pace.look_back());
    demo.must_record(employer_registered(fresh_id()));
    CHECK_FALSE(*pace.is_due(demo.ledger->head().size, {demo.clock.wall_micros()}));
}

TEST_CASE("Nobody speaks in the system's name over the port", "[server]") {
    ServerFixture server;
    const auto as_system =
        with(as_province, "Ledger-Actor", "id=" + server.ledger().info().id.text() + "; role=Y");
    const std::string json = cloud_event(
        "CheckpointRecorded", {},
        fmt::format(R"({{"origin":"x","size":1,"root":"{}"}})", std::string(64, '0')));
    CHECK(server.post(json, as_system).status >= 400);
    CHECK(server.post(json).status >= 400);
    CHECK(count_of(server, Payload::CheckpointRecorded) == 0);
}
