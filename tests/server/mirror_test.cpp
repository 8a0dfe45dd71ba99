// Being a mirror and having one: every status, and a copy that is the log byte for byte.
#include <catch2/catch.hpp>
#include <fstream>

#include "ledger/durable_file.h"
#include "ledger/proof/add_entries.h"
#include "ledger/proof/tile_path.h"
#include "server/cosigner_folder.h"
#include "server/neighbour_app.h"
#include "server/packing.h"
#include "tests/server/server_fixture.h"
#include "tests/server/small_log.h"

using namespace test;

namespace {

namespace fs = std::filesystem;

struct MirrorFixture {
    MirrorFixture() : MirrorFixture(SmallLog("log.example.org/small")) {}
    explicit MirrorFixture(SmallLog given) : log(std::move(given)) {
        settings.mirror = folder.path() / "mirror";
        settings.mirror_name = "mirror.example.org/m1";
        settings.port = 0;
        watch(log.key.verifier().text() + "\n");
        settings.port = app->port();
    }
    void watch(const std::string& keys) {
        fs::create_directories(settings.mirror);
        std::ofstream(settings.mirror / "logs") << keys;
        start();
    }
    void start() {
        app.reset();
        auto started = server::NeighbourApp::start(settings, clock, random);
        if (!started) throw std::runtime_error(started.error().what);
        app = *std::move(started);
    }
    HttpAnswer announce(std::size_t from, std::size_t to) {
        return HttpClient(app->port()).post("/mirror/add-checkpoint", {}, log.body(from, to));
    }
    HttpAnswer post(const std::string& body, const HttpClient::Headers& more = {}) {
        HttpClient::Headers headers{{"Content-Type", "application/octet-stream"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return HttpClient(app->port()).post("/mirror/add-entries", headers, body);
    }
    HttpAnswer get(const std::string& rest) {
        return HttpClient(app->port())
            .get("/mirror/" + server::origin_hash(log.key.name()) + "/" + rest);
    }
    proof::EntryPackage package(std::size_t start, std::size_t upload_end) {
        const auto span = proof::PackageSpan::at(start, upload_end);
        proof::EntryPackage out;
        for (auto i = span.start; i < span.end; ++i) out.entries.push_back(log.entries[i]);
        const NaiveTree tree(log.leaves);
        out.path = *proof::subtree_path(span.from, span.end, upload_end, [&](proof::Subtree at) {
            return tree.root(at.index << at.height, (at.index + 1) << at.height);
        });
        return out;
    }
    /// `most` packages of an upload.
    std::string upload(std::size_t start, std::size_t end, std::size_t most = 1'000,
                       const std::string& ticket = {}) {
        auto body = proof::UploadHead{log.key.name(), start, end, ticket}.encoded();
        for (auto at = start; at < end && most > 0; --most) {
            body += package(at, end).encoded();
            at = proof::PackageSpan::at(at, end).end;
        }
        return body;
    }
    static proof::MirrorInfo info(const HttpAnswer& answer) {
        REQUIRE(answer.header("content-type") == proof::mirror_info_type);
        return *proof::MirrorInfo::parse(answer.body);
    }
    /// What is served is the tree of so many entries, its tiles and bundles.
    void check_copy(std::size_t size) {
        const auto note = proof::Note::parse(get("checkpoint").body);
        REQUIRE(note);
        CHECK(note->text == log.note(size).text);
        REQUIRE(note->signatures.size() == 2);
        CHECK(note->signatures[1].name == "mirror.example.org/m1");
        const auto shown = note->text;
        const auto key = HttpClient(app->port()).get("/mirror/vkey").body;
        CHECK(proof::verify_cosignature(
            *proof::VerifierKey::parse(std::string_view(key).substr(0, key.size() - 1)),
            note->signatures[1], shown));
        const NaiveTree tree(log.leaves);
        for (std::uint8_t level = 0; size >> (8 * level) > 0; ++level) {
            const auto count = size >> (8 * level);
            for (std::size_t first = 0; first < count; first += 256) {
                proof::TilePath path{false, level, first / 256, 256};
                path.width = proof::width_in(path, size);
                std::string hashes, bundle;
                for (auto i = first; i < first + path.width; ++i) {
                    hashes += proof::bytes_of(
                        tree.root(i << (8 * level), (i + 1) << (8 * level)));
                    if (level > 0) continue;
                    bundle += static_cast<char>(log.entries[i].size() >> 8);
                    bundle += static_cast<char>(log.entries[i].size() & 0xff);
                    bundle += log.entries[i];
                }
                INFO(path.text());
                CHECK(get(path.text()).body == hashes);
                // A reader of files finds it under the same name.
                const auto dir = settings.mirror / server::origin_hash(log.key.name());
                CHECK(ledger::read_file(dir / path.text()) == hashes);
                if (level > 0) continue;
                path.entries = true;
                CHECK(get(path.text()).body == bundle);
                CHECK(ledger::read_file(dir / path.text()) == bundle);
            }
        }
    }

    TemporaryFolder folder;
    base::SystemClock clock;
    base::SystemRandom random;
    SmallLog log;
    server::Settings settings;
    std::unique_ptr<server::NeighbourApp> app;
};

}  // namespace

TEST_CASE("A mirror holds and shows what it was handed", "[mirror]") {
    MirrorFixture mirror;
    mirror.log.grow(1'300);
    std::size_t from = 0;
    for (const std::size_t size : {1, 2, 255, 256, 257, 600, 1'300}) {
        INFO(size);
        REQUIRE(mirror.announce(from, size).status == 200);
        const auto answer = mirror.post(mirror.upload(from, size));
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        mirror.check_copy(size);
        CHECK(mirror.get(proof::TilePath{false, 0, size / 256, 256}.text()).status == 404);
        from = size;
        if (size == 257) mirror.start();
    }
    // The one before is still to be had, for whoever holds its checkpoint.
    CHECK(mirror.get("tile/entries/002.p/88").status == 200);
    CHECK(mirror.get("tile/0/002").body.size() == 8'192);
    CHECK(mirror.get("vkey").body == mirror.log.key.verifier().text() + "\n");
}

TEST_CASE("A mirror says what is wrong by the specification's numbers", "[mirror]") {
    MirrorFixture mirror;
    auto& log = mirror.log;
    log.grow(700);
    CHECK(mirror.get("checkpoint").status == 404);
    CHECK(mirror.post(mirror.upload(0, 0)).status == 422);
    REQUIRE(mirror.announce(0, 600).status == 200);
    CHECK(mirror.announce(0, 600).body == "600\n");
    CHECK(mirror.get("checkpoint").status == 404);

    SECTION("404 for a log that it does not mirror") {
        CHECK(mirror.post(proof::UploadHead{"elsewhere", 0, 0, {}}.encoded()).status == 404);
        CHECK(HttpClient(mirror.app->port()).get("/mirror/00/checkpoint").status == 404);
    }
    SECTION("409 with where it stands for a size or a start that do not fit") {
        for (const auto& body : {mirror.upload(0, 0), mirror.upload(0, 500),
                                 mirror.upload(256, 600)}) {
            const auto answer = mirror.post(body);
            CHECK(answer.status == 409);
            const auto info = mirror.info(answer);
            CHECK(info.size == 600);
            CHECK(info.next == 0);
        }
    }
    SECTION("202 for a part, and then the rest") {
        auto answer = mirror.post(mirror.upload(0, 600, 1));
        REQUIRE(answer.status == 202);
        CHECK(mirror.info(answer).next == 256);
        CHECK(mirror.info(answer).size == 600);
        CHECK(mirror.get("checkpoint").status == 404);
        CHECK(mirror.post(mirror.upload(256, 600)).status == 200);
        mirror.check_copy(600);
    }
    SECTION("202 when the line breaks amidst a package, 400 when nothing whole has come") {
        const auto whole = mirror.upload(0, 600);
        const auto answer = mirror.post(whole.substr(0, whole.size() - 40));
        REQUIRE(answer.status == 202);
        CHECK(mirror.info(answer).next == 512);
        CHECK(mirror.post(whole.substr(0, 60)).status == 400);
        CHECK(mirror.post("").status == 400);
        CHECK(mirror.post(mirror.upload(512, 600)).status == 200);
        mirror.check_copy(600);
    }
    SECTION("422 for an entry that is not the log's, and nothing of it is kept") {
        auto body = mirror.upload(0, 600);
        body[body.find("entry 300") + 6] ^= 1;
        CHECK(mirror.post(body).status == 422);
        const auto answer = mirror.post(mirror.upload(0, 0));
        CHECK(mirror.info(answer).next == 256);
    }
    SECTION("400 for another media type, gzip is welcome") {
        CHECK(HttpClient(mirror.app->port())
                  .post("/mirror/add-entries", {{"Content-Type", "text/plain"}},
                        mirror.upload(0, 600))
                  .status == 400);
        const auto packed = server::packed(server::Coding::gzip, mirror.upload(0, 600));
        CHECK(mirror.post(packed, {{"Content-Encoding", "gzip"}}).status == 200);
        mirror.check_copy(600);
    }
    SECTION("An older checkpoint is filled up too, but never shown after a newer one") {
        REQUIRE(mirror.announce(600, 700).status == 200);
        CHECK(mirror.post(mirror.upload(0, 600)).status == 200);
        mirror.check_copy(600);
        CHECK(mirror.post(mirror.upload(600, 700)).status == 200);
        const auto late = mirror.post(mirror.upload(600, 600));
        CHECK(late.status == 409);
        CHECK(mirror.info(late).size == 700);
        mirror.check_copy(700);
    }
}

TEST_CASE("A ticket lets an upload go on after the mirror was restarted", "[mirror]") {
    MirrorFixture mirror;
    mirror.log.grow(900);
    REQUIRE(mirror.announce(0, 600).status == 200);
    const auto info = mirror.info(mirror.post(mirror.upload(0, 600, 1)));
    REQUIRE(mirror.announce(600, 900).status == 200);
    mirror.start();
    CHECK(mirror.post(mirror.upload(256, 600)).status == 409);
    auto forged = info.ticket;
    forged[3] ^= 1;
    CHECK(mirror.post(mirror.upload(256, 600, 9, forged)).status == 409);
    CHECK(mirror.post(mirror.upload(256, 600, 9, info.ticket)).status == 200);
    mirror.check_copy(600);
}

TEST_CASE("A ledger's mirror is brought up, cut off and caught up, byte for byte", "[mirror]") {
    MirrorFixture mirror;
    ServerFixture server;
    const auto origin = server.ledger().info().origin;
    const auto vkey = server.client().get("/log/vkey").body;
    mirror.watch(vkey);
    server.app.reset();
    server.settings.opening = ledger::Ledger::Opening::existing;
    server.settings.mirror_to = {fmt::format("http://127.0.0.1:{}/mirror", mirror.app->port())};
    server.start();
    const auto ask = [&](const std::string& rest) {
        return HttpClient(mirror.app->port())
            .get("/mirror/" + server::origin_hash(origin) + "/" + rest);
    };
    const auto caught_up = [&] {
        const auto ours = proof::Note::parse(server.client().get("/log/checkpoint").body);
        const auto theirs = proof::Note::parse(ask("checkpoint").body);
        return ours && theirs && ours->text == theirs->text;
    };
    const auto wait = [&](const std::function<bool()>& so) {
        const auto deadline = server.clock.now() + std::chrono::seconds(30);
        while (!so() && server.clock.now() < deadline)
            server.client().get("/v1/views/stock?wait=50ms&min_position=99999999");
        return so();
    };
    REQUIRE(wait(caught_up));
    for (int i = 0; i < 40; ++i) server.must_post(employer_registered(fresh_id(), fresh_id()));
    mirror.app.reset();
    for (int i = 0; i < 300; ++i) server.must_post(employer_registered(fresh_id(), fresh_id()));
    mirror.start();
    const auto all_there = [&] {
        const auto newest = server.app->services().notary.published_checkpoint();
        return newest && newest->size == server.size() && caught_up();
    };
    REQUIRE(wait(all_there));
    const auto size = server.size();
    for (std::uint8_t level = 0; size >> (8 * level) > 0; ++level) {
        for (std::uint64_t index = 0; index <= (size >> (8 * level)) / 256; ++index) {
            for (const bool entries : {false, true}) {
                proof::TilePath path{entries, level, index, 256};
                path.width = proof::width_in(path, size);
                if (path.width == 0 || (entries && level > 0)) continue;
                INFO(path.text());
                const auto ours = server.client().get("/log/" + path.text());
                CHECK(ours.status == 200);
                CHECK(ours.body == ask(path.text()).body);
            }
        }
    }
}
