// The public log over its port: what an auditor with other people's programs meets.
#include <catch2/catch.hpp>

#include "ledger/notary.h"
#include "ledger/proof/cose_receipt.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tile_path.h"
#include "ledger/proof/tlog_proof.h"
#include "ledger/tree.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

proof::VerifierKey key_of(ServerFixture& server) {
    const auto lines = server.client().get("/log/vkey").body;
    return *proof::VerifierKey::parse(std::string_view(lines).substr(0, lines.find('\n')));
}

proof::Checkpoint checkpoint_of(ServerFixture& server) {
    const auto note = server.client().get("/log/checkpoint").body;
    return proof::SignedCheckpoint::open(note, key_of(server))->checkpoint;
}

/// Asks until a checkpoint covers so many events; the fixture's patience bounds it.
proof::Checkpoint checkpoint_over(ServerFixture& server, std::uint64_t size) {
    auto& published = server.app->services().notary;
    for (;;) {
        const auto newest = published.published_checkpoint();
        if (newest && newest->size >= size) return checkpoint_of(server);
        server.client().get("/v1/views/stock?wait=50ms&min_position=99999999");
    }
}

void grow(ServerFixture& server, int employers) {
    for (int i = 0; i < employers; ++i)
        server.must_post(employer_registered(fresh_id(), fresh_id()));
}

std::vector<proof::Hash> hashes_of(const std::string& tile) {
    std::vector<proof::Hash> out(tile.size() / sizeof(proof::Hash));
    std::memcpy(out.data(), tile.data(), tile.size());
    return out;
}

proof::Path path_of(const boost::json::object& answer) {
    proof::Path out;
    for (const auto& each : answer.at("path").as_array()) {
        const auto raw = *events::unhex(std::string(each.as_string()));
        std::copy(raw.begin(), raw.end(), out.emplace_back().begin());
    }
    return out;
}

proof::Hash hash_in(const boost::json::object& answer, std::string_view name) {
    proof::Hash out;
    const auto raw = *events::unhex(test::text_of(answer, name));
    std::copy(raw.begin(), raw.end(), out.begin());
    return out;
}

}  // namespace

TEST_CASE("A checkpoint follows an append and continues the one before", "[server]") {
    ServerFixture server;
    const auto older = checkpoint_of(server);
    CHECK(older.origin == server.ledger().info().origin);
    grow(server, 3);
    const auto newer = checkpoint_over(server, server.size());
    CHECK(newer.size == server.size());
    CHECK(newer.root == server.ledger().root(newer.size));
    const auto answer = json_of(server.client().get(
        fmt::format("/v1/proofs/consistency?from={}&to={}", older.size, newer.size)));
    CHECK(
        proof::verify_consistency(older.size, newer.size, older.root, newer.root, path_of(answer)));
    CHECK(hash_in(answer, "to_root") == newer.root);
}

TEST_CASE("Tiles and entries rebuild the signed root", "[server]") {
    ServerFixture server;
    grow(server, 260);
    const auto checkpoint = checkpoint_over(server, server.size());
    std::vector<proof::Hash> leaves, entries;
    for (std::uint64_t index = 0; index * 256 < checkpoint.size; ++index) {
        proof::TilePath path{false, 0, index, 256};
        path.width = proof::width_in(path, checkpoint.size);
        const auto tile = server.client().get("/log/" + path.text());
        REQUIRE(tile.status == 200);
        for (const auto& hash : hashes_of(tile.body)) leaves.push_back(hash);
        path.entries = true;
        const auto bundle = server.client().get("/log/" + path.text()).body;
        std::string_view rest = bundle;
        while (!rest.empty()) {
            const auto size = proof::get_be(rest, 2);
            entries.push_back(proof::leaf_hash(rest.substr(2, size)));
            rest.remove_prefix(2 + size);
        }
    }
    CHECK(leaves == entries);
    REQUIRE(leaves.size() == checkpoint.size);
    ledger::Frontier frontier;
    for (const auto& leaf : leaves) frontier.append(leaf);
    CHECK(frontier.root() == checkpoint.root);
    // The level above holds the root of the full tile.
    ledger::Frontier first;
    for (std::size_t i = 0; i < 256; ++i) first.append(leaves[i]);
    const auto above = server.client().get("/log/tile/1/000.p/1");
    REQUIRE(above.status == 200);
    CHECK(hashes_of(above.body).front() == first.root());
}

TEST_CASE("What is no tile of the published tree is not there", "[server]") {
    ServerFixture server;
    const auto size = checkpoint_of(server).size;
    REQUIRE(size < 256);
    for (const std::string& path :
         {std::string("/log/tile/0/000"), std::string("/log/tile/0/001.p/1"),
          std::string("/log/tile/1/000.p/1"), fmt::format("/log/tile/0/000.p/{}", size + 1),
          std::string("/log/tile/0/000.p/0"), std::string("/log/tile/0/000.p/01"),
          std::string("/log/tile/0/000.p/256"), std::string("/log/tile/00/000.p/1"),
          std::string("/log/tile/64/000.p/1"), std::string("/log/tile/entries/001.p/1"),
          std::string("/log/tile/0/x000/000.p/1"), std::string("/log/tile/0"),
          std::string("/log/nothing")}) {
        INFO(path);
        CHECK(server.client().get(path).status == 404);
    }
    const auto tile = server.client().get("/log/tile/entries/000.p/1");
    CHECK(tile.header("access-control-allow-origin") == "*");
    CHECK(tile.header("cache-control").find("immutable") != std::string::npos);
    CHECK(tile.header("content-type") == "application/octet-stream");
}

TEST_CASE("Every form of an event's proof holds, under the served policy", "[server]") {
    ServerFixture server;
    grow(server, 5);
    const auto checkpoint = checkpoint_over(server, server.size());
    const auto policy = proof::Policy::parse(server.client().get("/log/policy").body);
    REQUIRE(policy);
    const std::uint64_t position = checkpoint.size - 2;
    const auto leaf = server.ledger().leaf({position});
    const auto ask = [&](const std::string& form) {
        return server.client().get(fmt::format("/v1/events/{}/proof?form={}", position, form));
    };
    for (const char* form : {"tlog-proof", "spicy"}) {
        const auto parsed = proof::TlogProof::parse(ask(form).body);
        REQUIRE(parsed);
        CHECK(proof::verify(*parsed, leaf, *policy));
    }
    const auto receipt = ask("cose").body;
    CHECK(*proof::verify_inclusion_receipt(receipt, leaf, key_of(server)) == checkpoint.root);
    const auto json = json_of(ask("json"));
    CHECK(proof::verify_inclusion(leaf, position, checkpoint.size, path_of(json),
                                  hash_in(json, "root")));
    CHECK(hash_in(json, "root") == checkpoint.root);
    CHECK(code_of(ask("other")) == "E_BAD_PARAMETER");
    CHECK(code_of(server.client().get("/v1/events/999999/proof")) == "E_NO_EVENT");
}

TEST_CASE("A server over yesterday's copy does not start, and says why", "[server]") {
    namespace fs = std::filesystem;
    ServerFixture server;
    const auto kept = server.folder.path() / "kept";
    server.app.reset();
    server.settings.opening = ledger::Ledger::Opening::existing;
    fs::copy(server.settings.data, kept, fs::copy_options::recursive);
    server.start();
    grow(server, 2);
    server.app.reset();
    for (const char* part : {"ledger", "vault", "views", "head.anchor"}) {
        fs::remove_all(server.settings.data / part);
        fs::copy(kept / part, server.settings.data / part, fs::copy_options::recursive);
    }
    const auto started = server::App::start(server.settings, server.clock, server.random);
    REQUIRE_FALSE(started);
    CHECK(started.error().code == "E_LOG_ROLLED_BACK");
}
