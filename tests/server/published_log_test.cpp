// The log that transparency-dev/tessera publishes as test data, and a large one of ours, through
// the real routes: every file byte for byte, and nothing where nothing belongs.
#include <catch2/catch.hpp>

#include "ledger/proof/tlog_proof.h"
#include "server/packing.h"
#include "tests/proof/published_log.h"
#include "tests/server/raw_log.h"

using namespace test;

namespace {

constexpr std::uint64_t large_size = 70'000;
const std::string signature_0 =
    "M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=";
const std::string signature_15 =
    "M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=";

proof::SigningKey key() {
    return *proof::SigningKey::parse(published_key);
}

std::unique_ptr<RawLog> published(std::size_t size) {
    auto log = std::make_unique<RawLog>(key());
    for (std::size_t i = 0; i < size; ++i) log->append(std::string(published_entries[i]));
    return log;
}

const RawLog& large() {
    static const auto log = [] {
        auto made = std::make_unique<RawLog>(key());
        for (std::uint64_t i = 0; i < large_size; ++i) made->append(std::to_string(i));
        return made;
    }();
    return *log;
}

std::string note_of(std::uint64_t size, const std::string& signature) {
    return fmt::format("example.com/log/testdata\n{}\n{}\n\n— example.com/log/testdata {}\n", size,
                       published_roots.at(size), signature);
}

std::string digest_of(HttpClient& client, const std::string& path) {
    const auto answer = client.get("/log/" + path);
    if (answer.status != 200) return std::to_string(answer.status);
    return events::hex(proof::sha256({answer.body}));
}

/// Perfect subtrees as a client of the tiles gets them: fetched hashes, and what lies between two
/// tiles worked out.
proof::ReadSubtree over_http(HttpClient& client, std::uint64_t size) {
    return [&client, size](proof::Subtree at) -> std::optional<proof::Hash> {
        const auto level = at.height / 8, rest = at.height % 8;
        const std::uint64_t first = at.index << rest;
        proof::TilePath path{false, static_cast<std::uint8_t>(level), first / 256, 256};
        path.width = proof::width_in(path, size);
        const auto tile = client.get("/log/" + path.text());
        if (tile.status != 200) return std::nullopt;
        std::vector<proof::Hash> hashes(std::size_t{1} << rest);
        std::memcpy(hashes.data(), tile.body.data() + 32 * (first % 256), 32 * hashes.size());
        for (; hashes.size() > 1; hashes.resize(hashes.size() / 2))
            for (std::size_t i = 0; i < hashes.size() / 2; ++i)
                hashes[i] = proof::node_hash(hashes[2 * i], hashes[2 * i + 1]);
        return hashes.front();
    };
}

}  // namespace

TEST_CASE("The published log comes out byte for byte", "[server][published]") {
    const auto log = published(15);
    const RawLogServer server(*log);
    HttpClient client = server.client();
    CHECK(client.get("/log/checkpoint").body == note_of(15, signature_15));
    CHECK(client.get("/log/vkey").body == std::string(published_verifier) + "\n");
    CHECK(client.get("/log/policy").body ==
          "log " + std::string(published_verifier) + "\nquorum none\n");
    CHECK(digest_of(client, "tile/0/000.p/15") ==
          "93593af14d2cce39867d2e73fe4ca400a38581605c5c4501a03e752d9b51a130");
    CHECK(digest_of(client, "tile/entries/000.p/15") ==
          "9ac6a9fc9012f2b4d67ac26041933c119e1505defc5c808ed614c5778c9f1716");
    CHECK(client.get("/log/tile/entries/000.p/15")
              .body.starts_with(std::string("\0\3one\0\3two", 10)));
}

TEST_CASE("Every earlier size of the published log has its own roots and notes",
          "[server][published]") {
    for (const auto& [size, root] : published_roots) {
        const auto log = published(size);
        const RawLogServer server(*log);
        HttpClient client = server.client();
        const auto note = client.get("/log/checkpoint").body;
        const auto opened = proof::SignedCheckpoint::open(note, key().verifier());
        REQUIRE(opened);
        CHECK(opened->checkpoint.size == size);
        CHECK(base64(opened->checkpoint.root) == root);
        if (size == 0) CHECK(note == note_of(0, signature_0));
        CHECK(client.get("/log/tile/0/000.p/1").status == (size > 0 ? 200 : 404));
        CHECK(client.get(fmt::format("/log/tile/0/000.p/{}", size + 1)).status == 404);
    }
}

TEST_CASE("Proofs put together from the published tiles are the published ones",
          "[server][published]") {
    const auto log = published(15);
    const RawLogServer server(*log);
    HttpClient client = server.client();
    const auto read = over_http(client, 15);
    const auto inclusion = proof::inclusion_path(7, 15, read);
    REQUIRE(inclusion);
    CHECK(base64(*inclusion) ==
          std::vector<std::string>{"2Q0P5jSR+TdkwdXWyx+GbBWX0KZbNZkWzCjyTPSozsw=",
                                   "ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=",
                                   "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
                                   "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks="});
    const auto consistency = proof::consistency_path(6, 15, read);
    REQUIRE(consistency);
    CHECK(base64(*consistency) ==
          std::vector<std::string>{"ycRkkNklus5eMVRUvkD1pK321vMrA+jjOiZKU8aOcY4=",
                                   "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
                                   "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=",
                                   "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks="});
    const proof::TlogProof file{std::nullopt, 7, *inclusion, client.get("/log/checkpoint").body};
    CHECK(file.encoded().size() == 408);
    CHECK(events::hex(proof::sha256({file.encoded()})) ==
          "1cbd5c21e08205c4a9839bae2188eb0a9fea4b6aa048d65028081e6f595ad866");
    const auto policy = proof::Policy::parse(client.get("/log/policy").body);
    CHECK(proof::verify(file, proof::leaf_hash("eit"), *policy));
}

TEST_CASE("The tiles of a tree of 70,000 entries are the right ones", "[server][published]") {
    const RawLogServer server(large());
    HttpClient client = server.client();
    const auto opened =
        proof::SignedCheckpoint::open(client.get("/log/checkpoint").body, key().verifier());
    REQUIRE(opened);
    CHECK(events::hex(opened->checkpoint.root) ==
          "1a4cdfcb66374a0c0dcbef49acbd4976d13ee864fb3cb241fc943cad04f02f7e");
    CHECK(digest_of(client, "tile/0/000") ==
          "b9704a8bfbee2c61185ceb38904a49f3f703c81e194b5b2ccdc254c2bdaaa62b");
    CHECK(digest_of(client, "tile/0/273.p/112") ==
          "4d21244557c976993a9a89bf928a46b5a876585228df279878239fd84489e5a5");
    CHECK(digest_of(client, "tile/1/000") ==
          "ea7b038bc73489c89c31a27ac355aaca65a4ed73f0dd7484e68deb29d30f10a2");
    CHECK(digest_of(client, "tile/1/001.p/17") ==
          "adfaca2731630fe7944a4b98a0f98ef3e98685eafda09e6f81070218fb759ce4");
    CHECK(digest_of(client, "tile/2/000.p/1") ==
          "f0113c8bad855b49f9a5dd661d50012cd94f19aae87a45eb8334666835e3caea");
    const auto top = client.get("/log/tile/2/000.p/1").body;  // the root of the first 65,536
    CHECK(events::hex(reinterpret_cast<const std::uint8_t*>(top.data()), top.size()) ==
          "f025d06ed804859fd274a1bdacadd6e48ea87634aa91e1edb20143f9498cd02b");
    CHECK(digest_of(client, "tile/entries/273.p/112") ==
          "36c3ec44895d1b8098dbe8523078d6750bf09e0f12cd64671ebfe165b7647405");
    const auto path = proof::inclusion_path(69'999, large_size, over_http(client, large_size));
    REQUIRE(path);
    CHECK(proof::verify_inclusion(proof::leaf_hash("69999"), 69'999, large_size, *path,
                                  opened->checkpoint.root));
}

TEST_CASE("What the published tree does not have is 404 and nothing else",
          "[server][published]") {
    const RawLogServer server(large());
    HttpClient client = server.client();
    for (const char* path :
         {"0/274.p/1", "0/274", "0/273", "0/273.p/113", "0/273.p/255", "1/001", "1/001.p/18",
          "1/002.p/1", "2/000", "2/000.p/2", "3/000.p/1", "3/000", "63/000.p/1", "64/000.p/1",
          "256/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/000.p", "00/000",
          "01/000", "+0/000", "-1/000", "0/0", "0/00", "0/0000", "0/x000/000", "0/000/000",
          "0/x000/x000/000", "0/x001", "0/x001/00", "0/X001/000", "0/000/", "0//000",
          "0/000.P/1", "0/000.p/1/", "0/000.p/1/1", "entries/274", "entries/273",
          "entries/273.p/113", "entries/x000/000", "entries", "entries/", "0", "0/", "",
          "data/000", "0/000.p/1x", "0/%30%30%30", "0%2F000", "0/000.p%2F1", "Entries/000",
          "0/x999/x999/x999/x999/x999/x999/x999/999"}) {
        INFO(path);
        CHECK(client.get("/log/tile/" + std::string(path)).status == 404);
    }
    for (const char* path : {"0/273.p/1", "0/273.p/111", "0/000.p/255", "1/001.p/1", "1/000.p/9",
                             "entries/000.p/255", "entries/272"}) {
        INFO(path);
        CHECK(client.get("/log/tile/" + std::string(path)).status == 200);
    }
    const auto missing = client.get("/log/tile/0/274");
    CHECK(missing.header("access-control-allow-origin") == "*");
    CHECK(missing.header("cache-control").find("immutable") == std::string::npos);
}

TEST_CASE("Tiles are cached for ever, checkpoints never, and both know their tag",
          "[server][published]") {
    const RawLogServer server(large());
    HttpClient client = server.client();
    for (const char* path : {"tile/0/000", "tile/entries/273.p/112"}) {
        const auto tile = client.get(std::string("/log/") + path);
        CHECK(tile.header("content-type") == "application/octet-stream");
        CHECK(tile.header("cache-control") == "public, immutable, max-age=31536000");
        CHECK(tile.header("access-control-allow-origin") == "*");
        CHECK(tile.header("accept-ranges") == "bytes");
        const HttpClient::Headers known{{"If-None-Match", tile.header("etag")}};
        const auto again = client.get(std::string("/log/") + path, known);
        CHECK(again.status == 304);
        CHECK(again.header("access-control-allow-origin") == "*");
        const auto head = client.request("HEAD", std::string("/log/") + path, {}, {});
        CHECK(head.status == 200);
        CHECK(head.header("content-length") == std::to_string(tile.body.size()));
        CHECK(head.header("etag") == tile.header("etag"));
    }
    const auto note = client.get("/log/checkpoint");
    CHECK(note.header("content-type") == "text/plain; charset=utf-8");
    CHECK(note.header("cache-control") == "no-cache");
    CHECK(note.header("access-control-allow-origin") == "*");
    CHECK(client.get("/log/checkpoint", {{"If-None-Match", note.header("etag")}}).status == 304);
    CHECK(client.post("/log/checkpoint", {}, "x").status == 405);
}

TEST_CASE("Bundles come packed to whom that is welcome, hashes never", "[server][published]") {
    const RawLogServer server(large());
    HttpClient client = server.client();
    const HttpClient::Headers gzip{{"Accept-Encoding", "gzip"}};
    const auto plain = client.get("/log/tile/entries/200");
    CHECK(plain.header("content-encoding").empty());
    const auto packed = client.get("/log/tile/entries/200", gzip);
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.header("vary").find("Accept-Encoding") != std::string::npos);
    CHECK(packed.header("etag") != plain.header("etag"));
    CHECK(packed.body.size() < plain.body.size());
    CHECK(packed.body == server::packed(server::Coding::gzip, plain.body));
    const auto hashes = client.get("/log/tile/0/200", gzip);
    CHECK(hashes.header("content-encoding").empty());
    CHECK(hashes.body.size() == 8'192);
}

TEST_CASE("A reader that was interrupted asks for the rest of a tile", "[server][published]") {
    const RawLogServer server(large());
    HttpClient client = server.client();
    const std::string path = "/log/tile/0/000";
    const auto whole = client.get(path);
    const auto ask = [&](const std::string& range, HttpClient::Headers more = {}) {
        more.emplace_back("Range", range);
        return client.get(path, more);
    };
    const auto part = ask("bytes=32-95");
    CHECK(part.status == 206);
    CHECK(part.body == whole.body.substr(32, 64));
    CHECK(part.header("content-range") == "bytes 32-95/8192");
    CHECK(part.header("content-length") == "64");
    CHECK(part.header("etag") == whole.header("etag"));
    CHECK(part.header("repr-digest") == whole.header("repr-digest"));
    CHECK(ask("bytes=8000-").body == whole.body.substr(8'000));
    CHECK(ask("bytes=-32").body == whole.body.substr(8'160));
    CHECK(ask("bytes=-99999").body == whole.body);
    CHECK(ask("bytes=8000-99999").header("content-range") == "bytes 8000-8191/8192");
    const auto past = ask("bytes=8192-");
    CHECK(past.status == 416);
    CHECK(past.header("content-range") == "bytes */8192");
    CHECK(code_of(past) == "E_RANGE");
    CHECK(ask("bytes=0-31", {{"If-Range", whole.header("etag")}}).status == 206);
    CHECK(ask("bytes=0-31", {{"If-Range", "\"other\""}}).status == 200);
    CHECK(ask("bytes=0-31", {{"If-None-Match", whole.header("etag")}}).status == 304);
    for (const char* ignored : {"bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=", "bytes=x-"}) {
        INFO(ignored);
        CHECK(ask(ignored).body == whole.body);
    }
    // A part of a bundle is one of the bundle as it is, however the caller likes it packed.
    const auto bundle = client.get("/log/tile/entries/200");
    const auto piece = client.get("/log/tile/entries/200",
                                  {{"Range", "bytes=2-6"}, {"Accept-Encoding", "gzip"}});
    CHECK(piece.status == 206);
    CHECK(piece.body == bundle.body.substr(2, 5));
    CHECK(piece.header("content-encoding").empty());
    CHECK(client.request("HEAD", path, {{"Range", "bytes=0-31"}}, {}).status == 200);
}
