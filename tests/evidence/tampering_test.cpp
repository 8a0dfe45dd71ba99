// Whatever is done to a pack is found, by name, or changes nothing that anybody reads.
#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "tests/evidence/small_province.h"
#include "tools/evidence/layout.h"

using namespace test;

namespace {

using Files = evidence::Files;

std::string zipped(const Files& files) {
    auto out = evidence::write_zip(files, evidence::manifest_file, 0);
    REQUIRE(out);
    return *std::move(out);
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const auto found = text.find(from);
    REQUIRE(found != std::string::npos);
    text.replace(found, from.size(), to);
}

struct Attack {
    std::string name;
    std::function<void(Files&)> change;
    std::string file;  ///< that the verdict names
};

std::string entry(std::uint64_t position) { return evidence::entry_file(position); }
std::string proof_of(std::uint64_t position) { return evidence::proof_file(position); }

/// Positions of what was asked for in the pack, in order.
std::vector<std::uint64_t> positions_in(const Files& files) {
    std::vector<std::uint64_t> out;
    for (const auto& [name, bytes] : files) {
        if (const auto position = evidence::position_in(name, "events/", ".tle")) {
            out.push_back(*position);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

TEST_CASE("An attacker who writes fitting digests is found by the proofs", "[evidence]") {
    auto& province = SmallProvince::get();
    const Files good =
        *evidence::read_zip(province.pack(province.of_positions(0, province.size())));
    const auto positions = positions_in(good);
    const auto last = positions.back();
    const std::vector<Attack> attacks = {
        {"an event altered", [&](Files& files) { files.at(entry(last))[60] ^= 1; }, {}},
        {"an event dropped", [&](Files& files) { files.erase(entry(last)); }, proof_of(last)},
        {"a proof dropped", [&](Files& files) { files.erase(proof_of(last)); }, proof_of(last)},
        {"event and proof dropped",
         [&](Files& files) { files.erase(entry(last)), files.erase(proof_of(last)); }, {}},
        {"two events swapped",
         [&](Files& files) { std::swap(files.at(entry(last)), files.at(entry(last - 1))); },
         {}},
        {"an event in another's place",
         [&](Files& files) { files.at(entry(last)) = files.at(entry(last - 1)); }, entry(last)},
        {"a proof in another's place",
         [&](Files& files) { files.at(proof_of(last)) = files.at(proof_of(last - 1)); },
         proof_of(last)},
        {"another size in the checkpoint",
         [](Files& files) { replace(files.at("checkpoint"), "\n", "0\n"); }, "checkpoint"},
        {"another count",
         [&](Files& files) {
             replace(files.at("manifest.json"), "\"events\": \"", "\"events\": \"1");
         },
         "manifest.json"},
        {"another ledger",
         [](Files& files) { replace(files.at("manifest.json"), "DEMO", "REAL"); },
         "manifest.json"},
        {"a member twice",
         [](Files& files) {
             replace(files.at("manifest.json"), "{\n", "{\n  \"format\": \"x\",\n");
         },
         "manifest.json"},
        {"a line of events.ndjson altered",
         [](Files& files) { replace(files.at("events.ndjson"), "Test Works", "Best Works"); },
         "events.ndjson"},
        {"the page altered",
         [](Files& files) { replace(files.at("page.html"), "Test Works", "Best Works"); },
         "page.html"},
        {"the personal page altered",
         [](Files& files) { replace(files.at("personal/page.html"), "张三", "李四"); },
         "personal/page.html"},
        {"a file too many", [](Files& files) { files["more.txt"] = "x"; }, "more.txt"},
        {"a part that nobody opened",
         [](Files& files) { files["personal/0.IDENTITY.json"] = "{}"; },
         "personal/0.IDENTITY.json"},
        {"no policy", [](Files& files) { files.erase("policy"); }, "policy"},
        {"an event in the future of the log",
         [&](Files& files) {
             files[entry(9'999)] = files.at(entry(last));
             files[proof_of(9'999)] = files.at(proof_of(last));
         },
         entry(9'999)},
    };
    for (const auto& attack : attacks) {
        INFO(attack.name);
        Files files = good;
        attack.change(files);
        files[std::string(evidence::sums_file)] = evidence::sums_of(files);
        const auto verdict = evidence::verify_pack(zipped(files), province.trust());
        REQUIRE_FALSE(verdict.good());
        if (!attack.file.empty()) CHECK(verdict.fault->file == attack.file);
    }
}

TEST_CASE("Other code lists leave the events proven and the page unchecked", "[evidence]") {
    auto& province = SmallProvince::get();
    Files files = *evidence::read_zip(province.pack(province.of_person()));
    replace(files.at("code_lists/sex.csv"), "男", "女");
    files[std::string(evidence::sums_file)] = evidence::sums_of(files);
    const auto verdict = evidence::verify_pack(zipped(files), province.trust());
    CHECK(verdict.good());
    CHECK_FALSE(verdict.is_whole());
    CHECK_FALSE(verdict.page_checked);
}

TEST_CASE("A gap in a person's events is found even if every digest fits", "[evidence]") {
    auto& province = SmallProvince::get();
    auto contents = province.contents(province.of_person());
    for (auto& [position, item] : contents.entries) {
        const auto& event = events::trusted_event(item.bytes);
        if (event.payload_type() != events::schema::Payload::TalentRegistered) continue;
        contents.entries.erase(position);
        break;
    }
    const auto refused = evidence::make_pack(std::move(contents));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_PACK");
}

TEST_CASE("Event and proof of one stream may not be left out with fitting counts", "[evidence]") {
    auto& province = SmallProvince::get();
    auto contents = province.contents(province.of_positions(2, 6));
    contents.entries.erase(4);
    const auto refused = evidence::make_pack(std::move(contents));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what.find("position 4") != std::string::npos);
}

TEST_CASE("Any flipped bit is found or changes nothing that is read", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto good = province.pack(province.of_person());
    const auto files = *evidence::read_zip(good);
    std::mt19937_64 random(Catch::rngSeed());
    std::size_t harmless = 0;
    constexpr int flips = 600;
    for (int i = 0; i < flips; ++i) {
        auto bytes = good;
        const auto at = random() % bytes.size();
        const auto bit = random() % 8;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        const auto verdict = evidence::verify_pack(bytes, province.trust());
        if (!verdict.good()) continue;
        ++harmless;
        INFO("bit " << bit << " of byte " << at);
        const auto read = evidence::read_zip(bytes);
        REQUIRE(read);
        REQUIRE(*read == files);
    }
    // Dates and versions of the ZIP format itself.
    CHECK(harmless < flips / 5);
}

TEST_CASE("A pack cut short anywhere is refused", "[evidence]") {
    auto& province = SmallProvince::get();
    const auto good = province.pack(province.of_person());
    for (std::size_t size = 0; size < good.size(); size += 997) {
        REQUIRE_FALSE(evidence::verify_pack(good.substr(0, size), {}).good());
    }
    REQUIRE_FALSE(evidence::verify_pack(good + "x", {}).good());
}
