// What a subscriber can prove: that the log it follows only ever grew.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/notary.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/merkle.h"
#include "ledger/tree.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

/// Believes nothing but the log's key.
class Auditor {
public:
    explicit Auditor(ServerFixture& server) {
        const auto lines = server.client().get("/log/vkey").body;
        key_ = *proof::VerifierKey::parse(lines.substr(0, lines.find('\n')));
    }
    /// Checks the frame against the checkpoint held, and holds the new one.
    bool accepts(const EventStream::Frame& frame) {
        const auto data = boost::json::parse(frame.data).as_object();
        if (!data.contains("note")) return true;
        const auto opened = proof::SignedCheckpoint::open(test::text_of(data, "note"), key_);
        if (!opened) return false;
        const auto& now = opened->checkpoint;
        if (test::text_of(data, "size") != std::to_string(now.size)) return false;
        if (test::text_of(data, "root") != events::hex(now.root)) return false;
        if (test::text_of(data, "from") != std::to_string(held.size)) return false;
        proof::Path path;
        for (const auto& each : data.at("path").as_array()) {
            const auto raw = *events::unhex(std::string(each.as_string()));
            std::copy(raw.begin(), raw.end(), path.emplace_back().begin());
        }
        if (!proof::verify_consistency(held.size, now.size, held.root, now.root, path))
            return false;
        held = now;
        ++signed_frames;
        return true;
    }

    proof::Checkpoint held{{}, 0, proof::empty_root()};
    int signed_frames = 0;

private:
    proof::VerifierKey key_;
};

/// A server that sends a checkpoint after every publication.
struct TalkativeServer : ServerFixture {
    TalkativeServer() { restart_with({.stream_checkpoint_ms = 1}); }
};

bool is_signed(const EventStream::Frame& frame) {
    return frame.event == "checkpoint" && frame.data.find("\"note\"") != std::string::npos;
}

/// Waits for the next signed checkpoint; the client's patience bounds it.
EventStream::Frame next_signed(EventStream& stream) {
    for (;;) {
        auto frame = stream.next();
        REQUIRE(frame);
        if (is_signed(*frame)) return *std::move(frame);
    }
}

}  // namespace

TEST_CASE("A subscriber is shown that the log only grew, again and again", "[server]") {
    TalkativeServer server;
    Auditor auditor(server);
    EventStream stream(server.port(), "/v1/events/stream?from=begin&checkpoint_from=0");
    ledger::Frontier frontier;
    std::map<std::uint64_t, proof::Hash> roots{{0, frontier.root()}};
    for (int round = 0; auditor.signed_frames < 5; ++round) {
        server.must_post(employer_registered(fresh_id()));
        for (bool fresh = false; !fresh;) {
            const auto frame = stream.next();
            REQUIRE(frame);
            if (frame->event == "event") {
                const auto event = boost::json::parse(frame->data).as_object();
                const auto position = std::stoull(frame->id);
                CHECK(position == frontier.size());
                frontier.append(server.ledger().leaf({position}));
                roots[frontier.size()] = frontier.root();
            }
            if (frame->event != "checkpoint") continue;
            const auto before = auditor.held.size;
            REQUIRE(auditor.accepts(*frame));
            fresh = auditor.held.size > before;
            // What the subscriber has itself seen is what was signed.
            if (roots.contains(auditor.held.size))
                CHECK(roots[auditor.held.size] == auditor.held.root);
        }
    }
    CHECK(auditor.held.size > 5);
}

TEST_CASE("A stream runs while the first checkpoint waits for a witness", "[server]") {
    ServerFixture server;
    server.app.reset();
    std::filesystem::remove_all(server.settings.data / "signing");
    const auto nobody = proof::SigningKey::generate("witness.example/w1", server.random)
                            .as(proof::KeyType::cosignature_v1);
    server.settings.policy = server.folder.path() / "policy";
    std::ofstream(server.settings.policy) << "witness w1 " << nobody.verifier().text()
                                          << " http://127.0.0.1:1/witness\nquorum w1\n";
    server.restart_with({.stream_checkpoint_ms = 1});
    CHECK_FALSE(server.app->services().notary.newest());
    EventStream stream(server.port(), "/v1/events/stream?from=begin&checkpoint_from=0");
    for (std::uint64_t position = 0; position < server.size(); ++position) {
        const auto frame = stream.next();
        REQUIRE(frame);
        CHECK(frame->event == "event");
    }
    const HttpAnswer ahead =
        server.client().get("/v1/events/stream?from=begin&checkpoint_from=3");
    CHECK(ahead.status == 400);
    CHECK(ahead.body.find("E_TREE_SIZE") != std::string::npos);
}

TEST_CASE("A subscriber that comes back goes on from the checkpoint it holds", "[server]") {
    TalkativeServer server;
    Auditor auditor(server);
    std::string last;
    for (int visit = 0; visit < 4; ++visit) {
        server.must_post(employer_registered(fresh_id()));
        HttpClient::Headers headers;
        if (!last.empty()) headers.emplace_back("Last-Event-ID", last);
        EventStream stream(server.port(),
                           fmt::format("/v1/events/stream?from=begin&checkpoint_from={}",
                                       auditor.held.size),
                           headers);
        const auto first = stream.next();
        REQUIRE(first);
        CHECK(is_signed(*first));  // at once, before any event
        CHECK(auditor.accepts(*first));
        while (last.empty() || std::stoull(last) + 1 < server.size()) {
            const auto frame = stream.next();
            REQUIRE(frame);
            if (frame->event == "checkpoint") CHECK(auditor.accepts(*frame));
            if (frame->event != "event") continue;
            CHECK(std::stoull(frame->id) == (last.empty() ? 0 : std::stoull(last) + 1));
            last = frame->id;
        }
    }
    CHECK(auditor.signed_frames >= 4);
}

TEST_CASE("A signed checkpoint moves the cursor of a filtered subscriber and claims no more than "
          "it covers",
          "[server]") {
    TalkativeServer server;
    Auditor auditor(server);
    EventStream stream(server.port(), "/v1/events/stream?from=begin&type=SiteOpened");
    for (int i = 0; i < 3; ++i) {
        server.must_post(employer_registered(fresh_id()));
        const auto frame = next_signed(stream);
        CHECK(auditor.accepts(frame));
        const auto data = boost::json::parse(frame.data).as_object();
        CHECK(auditor.held.size <= server.size());
        if (!frame.id.empty()) CHECK(frame.id == test::text_of(data, "position"));
    }
}

TEST_CASE("A subscriber that holds more than was published is told so", "[server]") {
    ServerFixture server;
    HttpClient client = server.client();
    const auto refused = client.get("/v1/events/stream?checkpoint_from=999999");
    CHECK(refused.status == 400);
    CHECK(code_of(refused) == "E_TREE_SIZE");
    CHECK(code_of(client.get("/v1/events/stream?checkpoint_from=x")) == "E_BAD_PARAMETER");
    CHECK(code_of(client.get("/v1/events/stream?checkpoint_from=-1")) == "E_BAD_PARAMETER");
    // Nothing new since: it comes all the same, with nothing to prove.
    const auto size = server.app->services().notary.published_checkpoint()->size;
    EventStream stream(server.port(),
                       fmt::format("/v1/events/stream?checkpoint_from={}", size));
    const auto first = stream.next();
    REQUIRE(first);
    const auto data = boost::json::parse(first->data).as_object();
    CHECK(test::text_of(data, "size") == std::to_string(size));
    CHECK(data.at("path").as_array().empty());
}
