// Being a witness: every status of the specification's table, over the port, and what survives.
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "ledger/durable_file.h"
#include "server/cosigner_folder.h"
#include "server/neighbour_app.h"
#include "server/witness.h"
#include "tests/server/server_fixture.h"
#include "tests/server/small_log.h"

using namespace test;

namespace {

namespace fs = std::filesystem;

/// A witness without a ledger, of one log.
struct WitnessFixture {
    WitnessFixture() {
        settings.witness = folder.path() / "witness";
        settings.witness_name = "witness.example.org/w1";
        settings.port = 0;
        fs::create_directories(settings.witness);
        std::ofstream(settings.witness / "logs") << log.key.verifier().text() << "\n";
        start();
    }
    void start() {
        app.reset();
        auto started = server::NeighbourApp::start(settings, clock, random);
        REQUIRE(started);
        app = *std::move(started);
    }
    HttpAnswer add(const std::string& body) {
        return HttpClient(app->port()).post("/witness/add-checkpoint", {}, body);
    }
    HttpAnswer get(const std::string& target) { return HttpClient(app->port()).get(target); }
    proof::VerifierKey key() {
        const auto line = get("/witness/vkey").body;
        return *proof::VerifierKey::parse(std::string_view(line).substr(0, line.size() - 1));
    }
    std::string checkpoint_path() const {
        return "/witness/" + server::origin_hash(log.key.name()) + "/checkpoint";
    }

    TemporaryFolder folder;
    base::SystemClock clock;
    base::SystemRandom random;
    SmallLog log{"log.example.org/small"};
    server::Settings settings;
    std::unique_ptr<server::NeighbourApp> app;
};

}  // namespace

TEST_CASE("A witness cosigns what continues the tree that it has seen", "[witness]") {
    WitnessFixture witness;
    witness.log.grow(20);
    CHECK(witness.get(witness.checkpoint_path()).status == 404);
    for (const auto& [from, to] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {0, 6}, {6, 6}, {6, 15}, {15, 20}, {20, 20}}) {
        const auto answer = witness.add(witness.log.body(from, to));
        INFO(from << " " << to << " " << answer.body);
        REQUIRE(answer.status == 200);
        const auto line = proof::parse_signature_line(
            std::string_view(answer.body).substr(0, answer.body.size() - 1));
        REQUIRE(line);
        CHECK(line->name == "witness.example.org/w1");
        CHECK(proof::verify_cosignature(witness.key(), *line, witness.log.note(to).text));
        const auto kept = proof::Note::parse(witness.get(witness.checkpoint_path()).body);
        REQUIRE(kept);
        CHECK(kept->text == witness.log.note(to).text);
        CHECK(kept->signatures.size() == 2);
    }
}

TEST_CASE("A witness says what is wrong by the specification's numbers", "[witness]") {
    WitnessFixture witness;
    auto& log = witness.log;
    log.grow(20);
    REQUIRE(witness.add(log.body(0, 6)).status == 200);

    SECTION("409 and its size where the log begins from another one") {
        for (const std::size_t from : {0, 5, 7}) {
            const auto answer = witness.add(log.body(from, 15));
            CHECK(answer.status == 409);
            CHECK(answer.header("content-type") == "text/x.tlog.size");
            CHECK(answer.body == "6\n");
        }
    }
    SECTION("400 for what is malformed, or older than its own proof") {
        CHECK(witness.add(log.body(15, 6)).status == 400);
        CHECK(witness.add("").status == 400);
        CHECK(witness.add("old 06\n\n" + log.note(15).encoded()).status == 400);
        CHECK(witness.add("old 6\nAAAA\n\n" + log.note(15).encoded()).status == 400);
        CHECK(witness.add("old 6\n\nno note\n").status == 400);
        auto request = log.request(6, 15);
        request.path.resize(64);
        CHECK(witness.add(request.encoded()).status == 400);
    }
    SECTION("403 without a good signature of the log") {
        SmallLog impostor(log.key.name());
        impostor.grow(20);
        CHECK(witness.add(impostor.body(6, 15)).status == 403);
        auto request = log.request(6, 15);
        auto note = *proof::Note::parse(request.note);
        note.signatures[0].signature[5] ^= 1;
        request.note = note.encoded();
        CHECK(witness.add(request.encoded()).status == 403);
    }
    SECTION("404 for a log that it does not know") {
        SmallLog other("log.example.org/other");
        other.grow(3);
        CHECK(witness.add(other.body(0, 3)).status == 404);
    }
    SECTION("422 for a proof that does not lead there") {
        auto request = log.request(6, 15);
        request.path.pop_back();
        CHECK(witness.add(request.encoded()).status == 422);
        SmallLog fork(log.key.name());
        fork.key = proof::SigningKey(log.key);
        fork.grow(20, " of another history");
        CHECK(witness.add(fork.body(6, 15)).status == 422);
        CHECK(witness.add(fork.body(6, 6)).status == 422);
    }
    SECTION("413 for a body without end, and nothing but its own paths") {
        CHECK(witness.add(std::string(200'000, 'x')).status == 413);
        CHECK(witness.get("/witness/add-checkpoint").status == 404);
        CHECK(witness.get("/v1/events").status == 404);
        CHECK(witness.get("/witness/00/checkpoint").status == 404);
        CHECK(witness.get("/livez").status == 200);
        CHECK(witness.get("/metrics").body.find("route=\"witness\",code=\"200\"") !=
              std::string::npos);
    }
    // Whatever was refused, it still stands where it stood.
    CHECK(witness.add(log.body(6, 15)).status == 200);
}

TEST_CASE("With old size 0 a witness takes no proof, and no tree but the empty one", "[witness]") {
    WitnessFixture witness;
    witness.log.grow(4);
    auto request = witness.log.request(0, 4);
    request.path.push_back(proof::leaf_hash("anything"));
    CHECK(witness.add(request.encoded()).status == 422);
    auto wrong = witness.log.note(0);
    wrong.text = proof::Checkpoint{witness.log.key.name(), 0, proof::leaf_hash("x")}.text();
    wrong.signatures = {witness.log.key.sign_note(wrong.text)};
    CHECK(witness.add(proof::AddCheckpoint{0, {}, wrong.encoded()}.encoded()).status == 422);
}

TEST_CASE("A witness remembers through a restart, and so does its key", "[witness]") {
    WitnessFixture witness;
    witness.log.grow(9);
    REQUIRE(witness.add(witness.log.body(0, 9)).status == 200);
    const auto key = witness.key();
    witness.settings.witness_name.clear();
    witness.start();
    CHECK(witness.key() == key);
    CHECK(witness.add(witness.log.body(0, 4)).body == "9\n");
    CHECK(fs::status(witness.settings.witness / "key").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("Of many requests at once the largest stays", "[witness]") {
    WitnessFixture witness;
    witness.log.grow(64);
    REQUIRE(witness.add(witness.log.body(0, 1)).status == 200);
    std::vector<std::thread> askers;
    std::atomic<std::size_t> largest{1};
    for (int t = 0; t < 4; ++t) {
        askers.emplace_back([&, t] {
            for (std::size_t size = 2 + static_cast<std::size_t>(t); size <= 64; size += 4) {
                // Learn where it stands, then try to take it on.
                const auto stands = std::stoul(witness.add(witness.log.body(0, size)).body);
                if (stands > size || witness.add(witness.log.body(stands, size)).status != 200)
                    continue;
                auto seen = largest.load();
                while (seen < size && !largest.compare_exchange_weak(seen, size)) continue;
            }
        });
    }
    for (auto& each : askers) each.join();
    CHECK(witness.add(witness.log.body(0, 64)).body == fmt::format("{}\n", largest.load()));
}

TEST_CASE("A witness with a damaged memory does not start", "[witness]") {
    WitnessFixture witness;
    witness.log.grow(2);
    REQUIRE(witness.add(witness.log.body(0, 2)).status == 200);
    witness.app.reset();
    const auto file = witness.settings.witness / server::origin_hash(witness.log.key.name());
    REQUIRE(ledger::replace_file(file, "torn"));
    auto started = server::NeighbourApp::start(witness.settings, witness.clock, witness.random);
    REQUIRE_FALSE(started);
    CHECK(started.error().code == "E_COSIGNER_DAMAGED");
}

TEST_CASE("A witness folder says what is missing from it", "[witness]") {
    TemporaryFolder folder;
    base::SystemRandom random;
    const auto dir = folder.path() / "w";
    CHECK(server::CosignerFolder::open(dir, "", random).error().code == "E_COSIGNER_NAME");
    CHECK(server::CosignerFolder::open(dir, "two words", random).error().code ==
          "E_COSIGNER_NAME");
    {
        const auto open = server::CosignerFolder::open(dir, "w.example/1", random);
        REQUIRE(open);
        CHECK(server::CosignerFolder::open(dir, "", random).error().code == "E_COSIGNER_IN_USE");
    }
    std::ofstream(dir / "logs") << "# neighbours\nnonsense\n";
    const auto wrong = server::CosignerFolder::open(dir, "", random);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == "E_WATCHED_LOGS");
    CHECK(wrong.error().what.find("line 2") != std::string::npos);
}

TEST_CASE("The list of logs may be a whole policy", "[witness]") {
    SmallLog log("log.example.org/small"), other("log.example.org/other");
    const auto a = log.key.verifier().text(), b = other.key.verifier().text();
    const auto keys = server::parse_watched_logs(
        fmt::format("# ours\nlog {} http://127.0.0.1:7400/log\nquorum none\n{}\n{}\n", a, b, b));
    REQUIRE(keys);
    REQUIRE(keys->size() == 2);
    CHECK((*keys)[0].text() == a);
    CHECK((*keys)[1].text() == b);
}

TEST_CASE("A ledger's server can be a witness beside it", "[witness]") {
    WitnessFixture alone;
    alone.app.reset();
    ServerFixture server;
    CHECK(server.client().get("/witness/vkey").status == 404);
    server.app.reset();
    server.settings.opening = ledger::Ledger::Opening::existing;
    server.settings.witness = alone.settings.witness;
    server.start();
    alone.log.grow(5);
    CHECK(server.client().post("/witness/add-checkpoint", {}, alone.log.body(0, 5)).status == 200);
    CHECK(server.client().get(alone.checkpoint_path()).status == 200);
    const auto figures = server.client().get("/metrics").body;
    CHECK(figures.find("route=\"neighbours\"") != std::string::npos);
}
