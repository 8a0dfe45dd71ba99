// Compression, digests and tags: of answers, and of what is sent in.
#include <openssl/evp.h>
#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>

#include "server/content_coding.h"
#include "server/limits.h"
#include "server/packing.h"
#include "tests/server/server_fixture.h"

using namespace test;
using server::Coding;

namespace {

/// A server with enough events to be worth compressing.
struct FilledServer : ServerFixture {
    FilledServer() {
        must_post(employer_registered(employer));
        for (int i = 0; i < 12; ++i) must_post(site_opened(employer, fresh_id()));
        must_post(talent_registered(talent, 51));
    }
    std::string employer = fresh_id(), talent = fresh_id();
};

std::string gunzipped(const std::string& packed) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string in = packed, out(8 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    CHECK(stream.avail_in == 0);
    out.resize(out.size() - stream.avail_out);
    inflateEnd(&stream);
    return out;
}

std::string unzstd(const std::string& packed) {
    std::string out(8 << 20, '\0');
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ZSTD_inBuffer from{packed.data(), packed.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(context, &to, &from);
    ZSTD_freeDCtx(context);
    CHECK(left == 0);
    CHECK(from.pos == packed.size());
    out.resize(to.pos);
    return out;
}

std::string digest_of(const std::string& body) {
    std::array<unsigned char, 32> hash{};
    std::array<unsigned char, 48> text{};
    EVP_Digest(body.data(), body.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
    const int size = EVP_EncodeBlock(text.data(), hash.data(), 32);
    return "sha-256=:" + std::string(text.begin(), text.begin() + size) + ":";
}

HttpClient::Headers accepting(const std::string& codings) {
    return {{"Accept-Encoding", codings}};
}

}  // namespace

TEST_CASE("An Accept-Encoding chooses the coding it likes best", "[server]") {
    const auto choose = [](const std::string& accept) {
        server::Request request;
        request.headers.push_back({"accept-encoding", accept});
        const auto accepted = server::Acceptable::of(request);
        return accepted.none() ? std::string("none") : std::string(name_of(accepted.best));
    };
    CHECK(server::Acceptable::of({}).best == Coding::identity);
    CHECK(choose("") == "identity");
    CHECK(choose("gzip") == "gzip");
    CHECK(choose("x-gzip") == "gzip");
    CHECK(choose("gzip, deflate, br, zstd") == "zstd");
    CHECK(choose("zstd;q=0.5, gzip") == "gzip");
    CHECK(choose("zstd;q=0, gzip;q=0") == "identity");
    CHECK(choose("*") == "zstd");
    CHECK(choose("*, zstd;q=0") == "gzip");
    CHECK(choose("identity, gzip;q=0.5") == "identity");
    CHECK(choose("identity;q=0, gzip;q=0.1") == "gzip");
    CHECK(choose("br") == "identity");
    CHECK(choose("identity;q=0") == "none");
    CHECK(choose("*;q=0") == "none");
    CHECK(choose("identity;q=0, br") == "none");
}

TEST_CASE("What is packed piece by piece can be read piece by piece", "[server]") {
    const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
    server::Packer packer(coding);
    server::Unpacker unpacker(coding);
    std::string all, whole;
    for (int i = 0; i < 50; ++i) {
        const std::string piece(static_cast<std::size_t>(i) * 3'000,
                                static_cast<char>('a' + i % 7));
        const std::string packed = packer.add(piece);
        whole += packed;
        unpacker.add(packed);
        std::string got;
        for (auto part = unpacker.next(); part && !part->empty(); part = unpacker.next())
            got.append(*part);
        CHECK(got == piece);
        all += piece;
    }
    whole += packer.finish();
    CHECK((coding == Coding::gzip ? gunzipped(whole) : unzstd(whole)) == all);
    const std::string once = server::packed(coding, all);
    CHECK((coding == Coding::gzip ? gunzipped(once) : unzstd(once)) == all);
}

TEST_CASE("Answers come in the coding that is liked best", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    const std::string path =
        GENERATE(std::string("/v1/events?limit=1000"), std::string("/openapi.json"),
                 std::string("/v1/types"), std::string("/metrics"));
    const auto plain = client.get(path);
    CHECK(plain.header("content-encoding").empty());
    CHECK(plain.header("vary").find("Accept-Encoding") != std::string::npos);
    const auto gzip = client.get(path, accepting("gzip"));
    CHECK(gzip.header("content-encoding") == "gzip");
    CHECK(gzip.body.size() < plain.body.size());
    const auto zstd = client.get(path, accepting("gzip, zstd"));
    CHECK(zstd.header("content-encoding") == "zstd");
    CHECK(zstd.header("vary") == plain.header("vary"));
    if (path != "/metrics") {
        CHECK(gunzipped(gzip.body) == plain.body);
        CHECK(unzstd(zstd.body) == plain.body);
    }
    CHECK(zstd.header("repr-digest") == digest_of(zstd.body));
    CHECK(plain.header("repr-digest") == digest_of(plain.body));
    CHECK(client.get(path, accepting("identity;q=0")).status == 406);

    const auto head = client.request("HEAD", "/openapi.json", accepting("gzip"), {});
    const auto get = client.get("/openapi.json", accepting("gzip"));
    CHECK(head.header("content-length") == get.header("content-length"));
    CHECK(head.header("repr-digest") == get.header("repr-digest"));
}

TEST_CASE("Small answers are packed only where nothing else is accepted", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    CHECK(client.get("/v1/events?limit=1", accepting("gzip")).header("content-encoding").empty());
    const auto forced = client.get("/v1/events?limit=1", accepting("identity;q=0, gzip"));
    CHECK(forced.header("content-encoding") == "gzip");
    CHECK(gunzipped(forced.body) == client.get("/v1/events?limit=1").body);
}

TEST_CASE("What could tell secrets by its length is never packed", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    const auto coding_of = [&](const std::string& path, HttpClient::Headers headers = {}) {
        headers.emplace_back("Accept-Encoding", "gzip, zstd");
        return client.get(path, headers).header("content-encoding");
    };
    CHECK(coding_of("/v1/events?limit=1000") == "zstd");
    CHECK(coding_of("/v1/events?limit=1000&personal=true").empty());
    CHECK(coding_of("/v1/events?personal=true", {{"Accept", "application/x-ndjson"}}).empty());
    CHECK(coding_of("/v1/streams/employer/" + server.employer) == "zstd");
    CHECK(coding_of("/v1/streams/employer/" + server.employer + "?personal=true").empty());
    CHECK(coding_of("/v1/views/dossier/" + server.talent +
                    "?wait=9s&min_position=" + std::to_string(server.size() - 1))
              .empty());
    CHECK(coding_of("/v1/events?" + std::string(2'000, 'x') + "=1").empty());
}

TEST_CASE("A tag names the bytes, a request by any of its tags gets 304", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    const std::string path = GENERATE(std::string("/v1/events?limit=1000"),
                                      std::string("/v1/views/stock"), std::string("/"));
    server.ledger().wait_past(0, std::chrono::milliseconds(1));
    client.get("/v1/views/stock?wait=20s&min_position=" + std::to_string(server.size() - 1));
    const auto plain = client.get(path);
    REQUIRE(plain.status == 200);
    CHECK(plain.header("cache-control") == "no-cache");
    const auto zstd = client.get(path, accepting("identity;q=0, zstd"));
    if (path != "/") CHECK(zstd.header("etag") != plain.header("etag"));
    for (const auto& answer : {plain, zstd}) {
        const auto again = client.get(path, {{"If-None-Match", answer.header("etag")}});
        CHECK(again.status == 304);
        CHECK(again.header("etag") == answer.header("etag"));
        CHECK(again.header("repr-digest").empty());
        CHECK(again.body.empty());
    }
    CHECK(client.get(path, {{"If-None-Match", "\"a\", " + plain.header("etag")}}).status == 304);
    CHECK(client.get(path, {{"If-None-Match", "*"}}).status == 304);
    CHECK(client.get(path, {{"If-None-Match", "\"0\""}}).status == 200);
}

TEST_CASE("One event has a tag and a digest for each coding", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    const auto plain = client.get("/v1/events/2");
    const auto gzip = client.get("/v1/events/2", accepting("identity;q=0, gzip"));
    CHECK(plain.header("repr-digest") == digest_of(plain.body));
    CHECK(gzip.header("repr-digest") == digest_of(gzip.body));
    CHECK(gunzipped(gzip.body) == plain.body);
    CHECK(gzip.header("etag") != plain.header("etag"));
    const auto known = client.get("/v1/events/2", {{"If-None-Match", gzip.header("etag")}});
    CHECK(known.status == 304);
    CHECK(known.header("cache-control") == plain.header("cache-control"));
    const auto frames = client.get("/v1/events/2", {{"Accept", "application/vnd.flatbuffers"}});
    CHECK(frames.header("etag") != plain.header("etag"));
    const HttpClient::Headers other{{"Accept", "application/vnd.flatbuffers"},
                                    {"If-None-Match", plain.header("etag")}};
    CHECK(client.get("/v1/events/2", other).status == 200);
}

TEST_CASE("A flow is packed as it comes and told by its digest at the end", "[server]") {
    FilledServer server;
    HttpClient client = server.client();
    const std::string type =
        GENERATE(std::string("application/x-ndjson"), std::string("application/vnd.flatbuffers"));
    const auto plain = client.get("/v1/events", {{"Accept", type}});
    CHECK(client.trailer().empty());
    const auto gzip = client.get("/v1/events", {{"Accept", type}, {"Accept-Encoding", "gzip"}});
    CHECK(gzip.header("content-encoding") == "gzip");
    CHECK(gunzipped(gzip.body) == plain.body);
    const auto zstd = client.get(
        "/v1/events", {{"Accept", type}, {"Accept-Encoding", "zstd"}, {"TE", "trailers"}});
    CHECK(zstd.header("content-encoding") == "zstd");
    CHECK(unzstd(zstd.body) == plain.body);
    CHECK(zstd.header("trailer") == "Repr-Digest");
    CHECK(client.trailer() == "Repr-Digest: " + digest_of(zstd.body) + "\n");
    CHECK(client.get("/livez").status == 200);
}

TEST_CASE("Server-sent events are never packed", "[server]") {
    ServerFixture server;
    const EventStream stream(server.port(), "/v1/events/stream", accepting("gzip, zstd"));
    CHECK(stream.answer().header("content-encoding").empty());
    CHECK_FALSE(stream.answer().header("ledger-request-id").empty());
}

TEST_CASE("A packed command is the same command", "[server]") {
    ServerFixture server;
    const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
    const std::string json = employer_registered(fresh_id(), fresh_id());
    const auto headers = with(as_province, "Content-Encoding", std::string(name_of(coding)));
    CHECK(server.post(server::packed(coding, json), headers).status == 201);
    CHECK(server.post(json).header("idempotency-replayed") == "true");

    const std::string packed = server::packed(coding, json);
    CHECK(code_of(server.post(packed.substr(0, packed.size() / 2), headers)) == "E_BAD_CODING");
    CHECK(code_of(server.post(json, headers)) == "E_BAD_CODING");
    const std::string bomb(server::limits::command_bytes_max * 4, ' ');
    CHECK(server.post(server::packed(coding, bomb), headers).status == 413);
    CHECK(code_of(server.post("", headers)) == "E_EMPTY_BODY");
}

TEST_CASE("A coding that is not known is refused with those that are", "[server]") {
    ServerFixture server;
    for (const char* type : {"application/json", "application/x-ndjson"}) {
        auto headers = with(as_province, "Content-Type", type);
        const auto answer = server.post("{}", with(headers, "Content-Encoding", "br"));
        CHECK(answer.status == 415);
        CHECK(code_of(answer) == "E_CONTENT_CODING");
        CHECK(answer.header("accept-encoding") == "gzip, zstd");
    }
    CHECK(server
              .post(employer_registered(fresh_id()),
                    with(as_province, "Content-Encoding", "identity"))
              .status == 201);
}

TEST_CASE("A bulk load may be packed, a bomb in its place is cut off", "[server]") {
    ServerFixture server;
    const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
    auto headers = with(as_province, "Content-Type", "application/x-ndjson");
    headers = with(headers, "Content-Encoding", std::string(name_of(coding)));
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += employer_registered(fresh_id(), fresh_id()) + "\n";
    const auto answer = server.post(server::packed(coding, lines), headers);
    CHECK(answer.status == 200);
    const auto results = lines_of(answer.body);
    REQUIRE(results.size() == 301);
    CHECK(results.back().at("recorded") == 300);

    const std::string blank(64 << 20, '\n');
    HttpClient client = server.client();
    const std::string bomb = server::packed(coding, blank);
    client.try_send(HttpClient::head("POST", "/v1/commands", headers, bomb.size()) + bomb);
    CHECK(client.read_head().status == 200);
    // No closing line: the answer was cut off.
    CHECK_THROWS([&] {
        while (client.read_chunk()) continue;
    }());
    CHECK(server.client().get("/livez").status == 200);
}
