// What packs hold, and that they still hold after a part of them was taken out.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "ledger/disclosure.h"
#include "ledger/proof/tlog_proof.h"
#include "tests/evidence/small_province.h"
#include "tools/evidence/layout.h"

using namespace test;
using evidence::Completeness;

namespace {

evidence::Files files_of(const std::string& pack) {
    auto files = evidence::read_zip(pack);
    REQUIRE(files);
    return *std::move(files);
}

/// The pack that somebody makes who changes files and writes fitting digests.
std::string packed(evidence::Files files) {
    files[std::string(evidence::sums_file)] = evidence::sums_of(files);
    auto out = evidence::write_zip(files, evidence::manifest_file, 0);
    REQUIRE(out);
    return *std::move(out);
}

std::string what_of(const evidence::Verdict& verdict) {
    return verdict.fault ? verdict.fault->file + ": " + verdict.fault->what : "good";
}

bool has_note(const evidence::Verdict& verdict, const std::string& note) {
    return std::find(verdict.notes.begin(), verdict.notes.end(), note) != verdict.notes.end();
}

}  // namespace

TEST_CASE("A person's pack holds their events, opened and proven", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto pack = province.pack(province.of_person());
    const auto verdict = evidence::verify_pack(pack, province.trust());
    INFO(what_of(verdict));
    REQUIRE(verdict.good());
    CHECK(verdict.manifest.events == 2);
    // The first event of the log and the registration of the employer explain the others.
    CHECK(verdict.manifest.context.size() == 2);
    CHECK(verdict.entries == 4);
    CHECK(verdict.opened == 1);
    CHECK(verdict.shown.completeness == Completeness::streams);
    CHECK(verdict.shown.upto == province.listed);
    CHECK(verdict.page_checked);
    CHECK(verdict.personal_page_checked);
    CHECK(verdict.is_whole());
    CHECK_FALSE(verdict.own_trust);

    const auto files = files_of(pack);
    CHECK(files.at("page.html").find("张三") == std::string::npos);
    CHECK(files.at("events.ndjson").find("张三") == std::string::npos);
    CHECK(files.at("personal/page.html").find("张三") != std::string::npos);
    CHECK(files.at("page.html").find("Test Works") != std::string::npos);
}

TEST_CASE("What the log lists of a person's stream cannot be left out of their pack",
          "[evidence]") {
    auto& province = SmallProvince::get();
    auto contents = province.contents(province.of_person());
    REQUIRE(contents.streams.size() == 1);
    const auto home = *contents.streams.front().state;
    REQUIRE(contents.entries.erase(home.last) == 1);

    SECTION("with the list the gap at the end is found") {
        const auto pack = evidence::make_pack(contents);
        REQUIRE_FALSE(pack);
        CHECK(pack.error().code == "E_PACK");
        CHECK(pack.error().what.find("listed 2 events") != std::string::npos);
    }
    SECTION("without the list the pack says that it does not know") {
        contents.streams.clear();
        const auto pack = evidence::make_pack(contents);
        REQUIRE(pack);
        const auto verdict = evidence::verify_pack(*pack, province.trust());
        REQUIRE(verdict.good());
        CHECK(verdict.shown.completeness == Completeness::gapless);
        CHECK(has_note(verdict, "W_PACK_GAPLESS"));
    }
    SECTION("the list of another stream is refused") {
        contents.streams = province.contents(province.of_person(1)).streams;
        const auto pack = evidence::make_pack(contents);
        REQUIRE_FALSE(pack);
        CHECK(pack.error().code == "E_PACK");
    }
}

TEST_CASE("A list taken out of a pack, or altered in it, is noticed", "[evidence]") {
    auto& province = SmallProvince::get();
    auto files = files_of(province.pack(province.of_person()));
    const auto list = files.lower_bound("streams/");
    REQUIRE(list->first.starts_with("streams/"));
    SECTION("taken out") { files.erase(list); }
    SECTION("another count") { list->second.replace(list->second.find("state 2"), 7, "state 1"); }
    SECTION("under another name") { files["streams/talent-x.completeness"] = list->second; }
    const auto verdict = evidence::verify_pack(packed(files), province.trust());
    CHECK_FALSE(verdict.good());
}

TEST_CASE("Without personal data a pack has none, and nothing that opens any", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto pack = province.pack(province.of_person(), false);
    const auto verdict = evidence::verify_pack(pack, province.trust());
    REQUIRE(verdict.good());
    CHECK(verdict.opened == 0);
    CHECK(verdict.closed == 1);
    for (const auto& [name, bytes] : files_of(pack)) {
        CHECK_FALSE(name.starts_with("personal/"));
        CHECK(bytes.find("张三") == std::string::npos);
    }
}

TEST_CASE("A pack of positions shows that none is missing", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto verdict = evidence::verify_pack(
        province.pack(province.of_positions(0, province.size())), province.trust());
    INFO(what_of(verdict));
    REQUIRE(verdict.good());
    CHECK(verdict.shown.completeness == Completeness::positions);
    CHECK(verdict.manifest.events == province.size());
    CHECK(verdict.opened == 3);
}

TEST_CASE("A pack of a type says that it is a choice", "[evidence]") {
    auto& province = SmallProvince::get();
    auto asked = province.of_positions(0, UINT64_MAX);
    asked.type = "AffiliationStarted";
    const auto verdict = evidence::verify_pack(province.pack(asked), province.trust());
    REQUIRE(verdict.good());
    CHECK(verdict.manifest.events == 3);
    CHECK(verdict.shown.completeness == Completeness::nothing);
    CHECK(has_note(verdict, "W_PACK_CHOICE"));
}

TEST_CASE("Entries and proofs of a pack are those of other people's programs", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto files = files_of(province.pack(province.of_person()));
    std::size_t checked = 0;
    for (const auto& [name, bytes] : files) {
        const auto position = evidence::position_in(name, "events/", ".tle");
        if (!position) continue;
        const auto proof = proof::TlogProof::parse(files.at(evidence::proof_file(*position)));
        REQUIRE(proof);
        CHECK(proof::verify(*proof, proof::leaf_hash(bytes), *province.trust()));
        ++checked;
    }
    CHECK(checked == 4);
}

TEST_CASE("A pack under keys of its own says so", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto pack = province.pack(province.of_person());
    const auto verdict = evidence::verify_pack(pack, {});
    REQUIRE(verdict.good());
    CHECK(verdict.own_trust);
    CHECK(has_note(verdict, "W_PACK_OWN_KEYS"));

    const auto other = proof::SigningKey::generate(province.key.name, province.fixture.random);
    const auto refused = evidence::verify_pack(pack, proof::Policy::of(other.verifier()));
    REQUIRE_FALSE(refused.good());
    CHECK(refused.fault->file == "checkpoint");
}

TEST_CASE("A pack verifies as before after opened parts were taken out", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto pack = province.pack(province.of_positions(0, province.size()));

    SECTION("all of them") {
        const auto rest = evidence::redact_pack(pack, {});
        REQUIRE(rest);
        CHECK(rest->parts == 3);
        const auto verdict = evidence::verify_pack(rest->bytes, province.trust());
        INFO(what_of(verdict));
        REQUIRE(verdict.good());
        CHECK(verdict.absent == 3);
        CHECK(verdict.opened == 0);
        CHECK(has_note(verdict, "W_PACK_ABSENT"));
        for (const auto& [name, bytes] : files_of(rest->bytes)) {
            CHECK(bytes.find("张三") == std::string::npos);
        }
    }
    SECTION("those of one person") {
        evidence::Redaction what;
        what.subject = *events::Id::parse(province.talents[1]);
        const auto rest = evidence::redact_pack(pack, what);
        REQUIRE(rest);
        CHECK(rest->parts == 1);
        const auto verdict = evidence::verify_pack(rest->bytes, province.trust());
        REQUIRE(verdict.good());
        CHECK(verdict.absent == 1);
        CHECK(verdict.opened == 2);
    }
    SECTION("by whatever removes a file from a ZIP file") {
        auto files = files_of(pack);
        std::erase_if(files, [](const auto& file) {
            return file.first.starts_with("personal/") && file.first != "personal/page.html";
        });
        const auto zip = evidence::write_zip(files, evidence::manifest_file, 0);
        REQUIRE(zip);
        const auto verdict = evidence::verify_pack(*zip, province.trust());
        REQUIRE(verdict.good());
        CHECK(verdict.absent == 3);
        CHECK_FALSE(verdict.personal_page_checked);
        CHECK(has_note(verdict, "W_PACK_PERSONAL_PAGE"));
    }
}

TEST_CASE("Opened text that the event does not commit to is found", "[evidence]") {
    auto& province = SmallProvince::get();
    auto files = files_of(province.pack(province.of_person()));
    std::string name;
    for (const auto& [each, bytes] : files) {
        if (each.starts_with("personal/") && each.ends_with(".json")) name = each;
    }
    REQUIRE_FALSE(name.empty());
    auto& file = files.at(name);

    SECTION("another name in the text") {
        const auto found = file.find("Zhang San");
        REQUIRE(found != std::string::npos);
        file.replace(found, 9, "Zhang Wei");
    }
    SECTION("another key") {
        const auto found = file.find("\"message_key\": \"") + 16;
        file[found] = file[found] == '0' ? '1' : '0';
    }
    SECTION("another blob") {
        const auto found = file.find("\"blob\": \"") + 9;
        file[found] = file[found] == 'A' ? 'B' : 'A';
    }
    SECTION("no JSON") { file = "x"; }
    const auto verdict = evidence::verify_pack(packed(files), province.trust());
    REQUIRE_FALSE(verdict.good());
    CHECK(verdict.fault->file == name);
    CHECK(verdict.fault->position.has_value());
}

TEST_CASE("The key in a pack opens the one message and no other", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto& ledger = province.folder->ledger();
    std::vector<ledger::DisclosedPart> parts;
    for (std::uint64_t position = 0; position < province.size(); ++position) {
        const auto stored = ledger.event({position});
        REQUIRE(stored);
        const auto disclosed = ledger::disclose(ledger, stored->event());
        REQUIRE(disclosed);
        parts.insert(parts.end(), disclosed->begin(), disclosed->end());
    }
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].message_key != parts[1].message_key);
    CHECK(parts[0].blob != parts[1].blob);
}

TEST_CASE("A pack of nobody is refused", "[evidence]") {
    auto& province = SmallProvince::get();
    tools::FolderSupply supply(*province.folder, province.fixture.options.dir / "signing");
    tools::Gathering what;
    what.manifest.asked.person = *events::Id::parse(fresh_id());
    what.manifest.asked.upto = UINT64_MAX;
    const auto refused = tools::gather(supply, what, [](auto, auto) {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_NO_STREAM");
}
