// The program that an auditor carries elsewhere: it needs nothing of the machine that it runs on.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/evidence/small_province.h"
#include "tools/evidence/layout.h"

using namespace test;
namespace fs = std::filesystem;

namespace {

struct Ran {
    int exit = -1;
    std::string out;
};

Ran run(const std::string& line) {
    std::FILE* pipe = popen((line + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    Ran ran;
    std::array<char, 4096> piece;
    for (std::size_t got; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        ran.out.append(piece.data(), got);
    }
    const int status = pclose(pipe);
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
}

std::string kept(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
}

bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

}  // namespace

TEST_CASE("talent-verify says what is good and ends with 6 where something is not",
          "[evidence]") {
    auto& province = SmallProvince::get();
    const TemporaryFolder folder;
    const auto pack = province.pack(province.of_person());
    const auto file = kept(folder.path() / "a.evidence", pack);
    const auto vkey = kept(folder.path() / "vkey", province.key.text() + "\n");
    const std::string program = TALENT_VERIFY;

    const auto good = run(program + " pack " + file + " --vkey " + vkey);
    INFO(good.out);
    CHECK(good.exit == 0);
    CHECK(good.out.find(province.key.text()) != std::string::npos);
    CHECK(good.out.find("W_PACK_OWN_KEYS") == std::string::npos);
    CHECK(run(program + " pack " + file + " --lang zh").out.find("通过") == 0);

    auto files = *evidence::read_zip(pack);
    const auto entry = kept(folder.path() / "0.tle", files.at("events/0.tle"));
    const auto proof = kept(folder.path() / "0.tlog-proof", files.at("proofs/0.tlog-proof"));
    const auto note = kept(folder.path() / "checkpoint", files.at("checkpoint"));
    CHECK(run(program + " proof " + proof + " --entry " + entry + " --vkey " + vkey).exit == 0);
    CHECK(run(program + " proof " + proof + " --entry " + note + " --vkey " + vkey).exit == 6);
    CHECK(run(program + " checkpoint " + note + " --vkey " + vkey).exit == 0);
    CHECK(run(program + " checkpoint " + note).exit == 2);

    files.at("page.html")[100] ^= 1;
    const auto bad = kept(folder.path() / "b.evidence",
                          *evidence::write_zip(files, evidence::manifest_file, 0));
    const auto refused = run(program + " pack " + bad + " --json");
    CHECK(refused.exit == 6);
    CHECK(refused.out.find("page.html") != std::string::npos);
    CHECK(run(program + " pack " + (folder.path() / "none").string()).exit == 3);
}

TEST_CASE("talent-verify runs where there is no library and no network", "[evidence]") {
    if (is_sanitized()) return;  // sanitizers have no static runtime
    CHECK(run("ldd " TALENT_VERIFY).out.find("not a dynamic executable") != std::string::npos);
    if (::geteuid() != 0) return;  // only root may change what it sees of the machine

    auto& province = SmallProvince::get();
    const TemporaryFolder folder;
    fs::copy_file(TALENT_VERIFY, folder.path() / "talent-verify");
    kept(folder.path() / "a.evidence", province.pack(province.of_person()));
    kept(folder.path() / "vkey", province.key.text() + "\n");
    const auto inside = run("env -i PATH=$PATH unshare --net chroot " + folder.path().string() +
                            " /talent-verify pack /a.evidence --vkey /vkey");
    INFO(inside.out);
    if (inside.out.starts_with("unshare:")) return;  // a container that forbids it
    CHECK(inside.exit == 0);
    CHECK(inside.out.starts_with("good"));
}
