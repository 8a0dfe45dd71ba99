// An old copy of the data under today's signatures, with the real programs: refused, and the way
// out.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "ledger/proof/checkpoint.h"
#include "tests/acceptance/server_process.h"
#include "tests/ledger/commands.h"
#include "tests/support/http_client.h"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using acceptance::ServerProcess;

constexpr const char* old_origin = "ledger.example/talent";
constexpr const char* new_origin = "ledger.example/talent-2";

struct Province {
    test::TemporaryFolder folder;
    fs::path data = folder.path() / "data";
    fs::path kept = folder.path() / "kept";

    /// Runs the server, records some employers, and stops it; what it last signed.
    proof::SignedCheckpoint run(int employers) {
        ServerProcess server(data);
        server.wait_ready();
        test::HttpClient client(server.port());
        for (int i = 0; i < employers; ++i) {
            const auto answer = client.post(
                "/v1/commands",
                {{"Content-Type", "application/cloudevents+json"},
                 {"Ledger-Actor", "id=a0000000000000000000000000000001; role=P"}},
                test::employer_registered(test::fresh_id()));
            REQUIRE(answer.status == 201);
        }
        const auto key = verifier(client);
        REQUIRE(server.stop() == 0);
        return *proof::SignedCheckpoint::open(text_of(data / "signing" / "published"), key);
    }
    static proof::VerifierKey verifier(test::HttpClient& client) {
        const auto lines = client.get("/log/vkey").body;
        return *proof::VerifierKey::parse(lines.substr(0, lines.find('\n')));
    }
    static std::string text_of(const fs::path& file) {
        std::ifstream in(file);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    /// Yesterday's data, today's signing folder.
    void roll_back() const {
        fs::rename(data / "signing", folder.path() / "signing");
        fs::remove_all(data);
        fs::copy(kept, data, fs::copy_options::recursive);
        fs::remove_all(data / "signing");
        fs::rename(folder.path() / "signing", data / "signing");
    }
    int restore(const std::string& rest) const {
        std::string output;
        return acceptance::run_program(
            std::string(TALENTCTL) + " --offline " + data.string() +
                " log restore-origin --origin " + new_origin +
                " --approver b0000000000000000000000000000002 --reason 'disk lost' " + rest,
            output);
    }
    void must_refuse() const {
        fs::remove(data.string() + ".log");
        CHECK_THROWS(ServerProcess(data));
        const auto said = text_of(data.string() + ".log");
        INFO(said);
        CHECK(said.find("E_LOG_ROLLED_BACK") != std::string::npos);
        CHECK(said.find("log restore-origin") != std::string::npos);
    }
};

}  // namespace

TEST_CASE("Yesterday's folder is refused, goes on under another origin, and bears the mark",
          "[acceptance]") {
    Province province;
    province.run(3);
    fs::copy(province.data, province.kept, fs::copy_options::recursive);
    const auto lost = province.run(4);
    province.roll_back();
    province.must_refuse();

    CHECK(province.restore("--dry-run") == 0);
    CHECK(province.restore("< /dev/null") == 8);
    CHECK(province.restore("--yes") == 2);
    CHECK(province.restore("--yes --confirm=another") == 2);
    province.must_refuse();
    const std::string sure = std::string("--yes --confirm=") + old_origin;
    REQUIRE(province.restore(sure) == 0);
    CHECK(province.restore(sure) == 5);  // nothing left to do

    ServerProcess server(province.data);
    server.wait_ready();
    test::HttpClient client(server.port());
    const auto key = Province::verifier(client);
    CHECK(key.name == new_origin);
    const auto note = client.get("/log/checkpoint").body;
    const auto now = proof::SignedCheckpoint::open(note, key);
    REQUIRE(now);
    CHECK(now->checkpoint.origin == new_origin);
    CHECK(now->checkpoint.size < lost.checkpoint.size);

    // Whoever kept the old checkpoint finds it in the log, and what is missing.
    const auto page =
        json::parse(client.get("/v1/events?type=talent.LogRestored.v1").body).as_object();
    const auto& events = page.at("events").as_array();
    REQUIRE(events.size() == 1);
    const auto& payload = events[0].at("data").at("payload").as_object();
    CHECK(payload.at("old_origin").as_string() == old_origin);
    CHECK(payload.at("new_origin").as_string() == new_origin);
    CHECK(payload.at("signed_size").as_string() == std::to_string(lost.checkpoint.size));
    CHECK(payload.at("found_size").as_string() == std::to_string(now->checkpoint.size - 1));
    CHECK(payload.at("signed_root").as_string() == events::hex(lost.checkpoint.root));
    CHECK(payload.at("reason").is_null());  // sealed
}
