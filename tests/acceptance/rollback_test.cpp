// Yesterday's copy put back under a running witness, with real processes: nobody inside the copy
// can tell, not even its signing folder; the witness can.
#include <poll.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/proof/policy.h"
#include "tests/acceptance/server_process.h"
#include "tests/ledger/commands.h"
#include "tests/support/http_client.h"
#include "tests/support/ledger_fixture.h"

namespace {

namespace fs = std::filesystem;
using acceptance::ServerProcess;
using test::HttpClient;

std::string get(const ServerProcess& server, const std::string& target) {
    return HttpClient(server.port()).get(target).body;
}

std::string without_end(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

void grow(const ServerProcess& server, int employers) {
    for (int i = 0; i < employers; ++i) {
        const auto answer = HttpClient(server.port())
                                .post("/v1/commands",
                                      {{"Content-Type", "application/cloudevents+json"},
                                       {"Ledger-Actor",
                                        "id=a0000000000000000000000000000001; role=P; "
                                        "region=510000"}},
                                      test::employer_registered(test::fresh_id()));
        REQUIRE(answer.status == 201);
    }
}

/// Size under the newest checkpoint that was published.
std::uint64_t published(const ServerProcess& server) {
    const auto note = proof::Note::parse(get(server, "/log/checkpoint"));
    return note ? proof::Checkpoint::parse(note->text)->size : 0;
}

void wait_published(const ServerProcess& server, std::uint64_t more_than) {
    for (int tries = 0; tries < 3'000 && published(server) <= more_than; ++tries)
        ::poll(nullptr, 0, 10);
    REQUIRE(published(server) > more_than);
}

struct WatchedLedger {
    test::TemporaryFolder folder;
    fs::path witness = folder.path() / "witness", data = folder.path() / "data",
             copy = folder.path() / "yesterday", policy = folder.path() / "policy",
             log = folder.path() / "log";

    std::vector<std::string> as_witness(const std::string& port = "0") const {
        return {"--witness", witness.string(),       "--witness-name", "witness.example.org/w1",
                "--listen",  "127.0.0.1:" + port};
    }
    std::vector<std::string> as_ledger() const {
        return {"--data",   data.string(),   "--demo", "--listen", "127.0.0.1:0",
                "--policy", policy.string()};
    }
    std::string complaints() const {
        std::ifstream in(log);
        return {std::istreambuf_iterator<char>(in), {}};
    }
};

}  // namespace

TEST_CASE("A copy of yesterday is refused under a running witness", "[rollback]") {
    WatchedLedger province;
    std::string vkey;
    {
        ServerProcess first(province.data);
        vkey = get(first, "/log/vkey");
        first.stop();
    }
    fs::create_directories(province.witness);
    std::ofstream(province.witness / "logs") << vkey;
    ServerProcess witness(province.as_witness(), province.folder.path() / "witness.log");
    std::ofstream(province.policy)
        << "witness w1 " << without_end(get(witness, "/witness/vkey")) << " http://127.0.0.1:"
        << witness.port() << "/witness\nquorum w1\n";

    std::uint64_t yesterday = 0, today = 0;
    {
        ServerProcess server(province.as_ledger(), province.log);
        grow(server, 3);
        wait_published(server, 3);
        CHECK(server.stop() == 0);
    }
    fs::copy(province.data, province.copy, fs::copy_options::recursive);
    {
        ServerProcess server(province.as_ledger(), province.log);
        yesterday = published(server);
        grow(server, 5);
        wait_published(server, yesterday + 4);
        today = published(server);
        CHECK(server.stop() == 0);
    }
    // The whole folder comes back, signatures and all.
    fs::remove_all(province.data);
    fs::copy(province.copy, province.data, fs::copy_options::recursive);
    CHECK_THROWS(ServerProcess(province.as_ledger(), province.log));
    const auto said = province.complaints();
    INFO(said);
    CHECK(said.find("E_LOG_ROLLED_BACK") != std::string::npos);
    CHECK(said.find("witness.example.org/w1") != std::string::npos);
    CHECK(said.find(std::to_string(today) + " events") != std::string::npos);
    CHECK(said.find("holds " + std::to_string(yesterday)) != std::string::npos);
}

TEST_CASE("A witness that is killed while it answers never goes back", "[rollback]") {
    WatchedLedger province;
    std::string vkey;
    {
        ServerProcess first(province.data);
        vkey = get(first, "/log/vkey");
        first.stop();
    }
    fs::create_directories(province.witness);
    std::ofstream(province.witness / "logs") << vkey;
    const auto witness_log = province.folder.path() / "witness.log";
    auto witness = std::make_unique<ServerProcess>(province.as_witness(), witness_log);
    const auto port = std::to_string(witness->port());
    const auto key = *proof::VerifierKey::parse(without_end(get(*witness, "/witness/vkey")));
    std::ofstream(province.policy) << "witness w1 " << key.text() << " http://127.0.0.1:" << port
                                   << "/witness\nquorum w1\n";
    ServerProcess server(province.as_ledger(), province.log);
    std::uint64_t cosigned = 0;
    for (int round = 0; round < 5; ++round) {
        grow(server, 2);
        // Any moment of the request will do; what was published before must have been kept.
        if (round % 2 == 0) wait_published(server, cosigned);
        cosigned = std::max(cosigned, published(server));
        witness->kill();
        witness = std::make_unique<ServerProcess>(province.as_witness(port), witness_log);
        const auto origin = vkey.substr(0, vkey.find('+'));
        const auto kept =
            HttpClient(witness->port())
                .get("/witness/" + events::hex(proof::sha256({origin})) + "/checkpoint");
        REQUIRE(kept.status == 200);
        const auto note = proof::Note::parse(kept.body);
        REQUIRE(note);
        CHECK(proof::Checkpoint::parse(note->text)->size >= cosigned);
        CHECK(proof::verify_cosignature(key, note->signatures.back(), note->text));
    }
    grow(server, 1);
    wait_published(server, cosigned);
    CHECK(server.stop() == 0);
}
