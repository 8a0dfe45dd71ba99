// ZIP files that mean harm.
#include <catch2/catch.hpp>
#include <random>

#include "tools/evidence/zip.h"

using evidence::Files;

namespace {

std::string zip_of(const Files& files) {
    auto out = evidence::write_zip(files, {}, 0);
    REQUIRE(out);
    return *std::move(out);
}

/// The same length, so that every offset stays.
void rename(std::string& zip, const std::string& from, const std::string& to) {
    REQUIRE(from.size() == to.size());
    for (auto at = zip.find(from); at != std::string::npos; at = zip.find(from, at + 1)) {
        zip.replace(at, from.size(), to);
    }
}

void put_u32(std::string& zip, std::size_t at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) zip[at + static_cast<std::size_t>(i)] =
        static_cast<char>(value >> (8 * i) & 0xff);
}

std::string reason_of(const std::string& zip) {
    const auto files = evidence::read_zip(zip);
    REQUIRE_FALSE(files);
    CHECK(files.error().code == "E_PACK_FORMAT");
    return files.error().what;
}

}  // namespace

TEST_CASE("What was packed is unpacked", "[evidence]") {
    const Files files{{"a", ""}, {"b/c.txt", std::string(100'000, 'x')}, {"d", "\xff\x00z"}};
    const auto back = evidence::read_zip(zip_of(files));
    REQUIRE(back);
    CHECK(*back == files);
}

TEST_CASE("As many files as sixteen bits count are written and read, and more are refused",
          "[evidence]") {
    Files files;
    for (std::size_t i = 0; i < evidence::files_max; ++i) files["f/" + std::to_string(i)] = "x";
    const auto back = evidence::read_zip(zip_of(files));
    REQUIRE(back);
    CHECK(*back == files);
    files["one more"] = "x";
    const auto refused = evidence::write_zip(files, {}, 0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_PACK_TOO_LARGE");
}

TEST_CASE("Names that lead elsewhere are refused", "[evidence]") {
    for (const char* name : {"/a", "../a", "a/../b", "a//b", "./a", "a/", "a\\b", "", "a b", "a\n",
                             "c:a", ".."}) {
        INFO(name);
        CHECK_FALSE(evidence::is_safe_name(name));
    }
    CHECK(evidence::is_safe_name("events/12.tle"));
    CHECK(evidence::is_safe_name("..a/b..c"));

    auto zip = zip_of({{"aaaa/b", "x"}});
    rename(zip, "aaaa/b", "../../");
    reason_of(zip);
}

TEST_CASE("Two files of one name are refused", "[evidence]") {
    auto zip = zip_of({{"same", "x"}, {"came", "y"}});
    rename(zip, "came", "same");
    CHECK(reason_of(zip).find("twice") != std::string::npos);
}

TEST_CASE("A file that unpacks to more than it says is refused", "[evidence]") {
    const std::string zeros(1u << 20, '\0');
    auto zip = zip_of({{"bomb", zeros}});
    const auto directory = zip.find("PK\x01\x02");
    REQUIRE(directory != std::string::npos);
    SECTION("less in the directory") { put_u32(zip, directory + 24, 10); }
    SECTION("more in the directory") { put_u32(zip, directory + 24, 0xfffffff0u); }
    SECTION("all of 64 bits") { put_u32(zip, directory + 24, 0xffffffffu); }
    SECTION("an offset past the end") { put_u32(zip, directory + 42, 0xfffffff0u); }
    SECTION("a directory past the end") { put_u32(zip, zip.size() - 6, 0xfffffff0u); }
    SECTION("a directory of another length") { put_u32(zip, zip.size() - 10, 0xfffffff0u); }
    SECTION("more files than there are") {
        zip[zip.size() - 12] = '\x7f';
        zip[zip.size() - 14] = '\x7f';
    }
    reason_of(zip);
}

TEST_CASE("What stands before or after the files is refused", "[evidence]") {
    const auto zip = zip_of({{"a", "x"}});
    reason_of("x" + zip);
    reason_of(zip + "x");
    reason_of({});
    reason_of("PK\x05\x06" + std::string(18, '\0'));
}

TEST_CASE("Noise in a ZIP file never crashes its reader", "[evidence]") {
    const auto good = zip_of({{"a", std::string(500, 'a')}, {"b/c", "hello"}, {"d", "zzz"}});
    std::mt19937_64 random(Catch::rngSeed());
    for (int i = 0; i < 3'000; ++i) {
        auto zip = good;
        for (auto changes = random() % 6 + 1; changes > 0; --changes) {
            zip[random() % zip.size()] = static_cast<char>(random());
        }
        const auto read = evidence::read_zip(zip);
        if (!read) CHECK(read.error().code == "E_PACK_FORMAT");
    }
}
