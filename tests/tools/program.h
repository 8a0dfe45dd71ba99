// `talentctl` run by the shell, and a demonstration behind a server of its own.
#pragma once

#include <sys/wait.h>

#include <array>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "tools/bench/child.h"

namespace test {

namespace fs = std::filesystem;

struct Ran {
    int exit = -1;
    std::string out;
    std::string err;
};

struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "tools-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
};

inline std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Runs `talentctl` by the shell; the arguments are quoted by the caller.
inline Ran run(const Folder& folder, const std::string& arguments, const std::string& before = {}) {
    const auto err = folder.path / "stderr";
    const std::string line = "XDG_CONFIG_HOME=" + folder.path.string() + "/config " + before +
                             " " TALENTCTL " " + arguments + " 2>" + err.string();
    std::FILE* pipe = popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Ran ran;
    std::array<char, 4096> piece;
    for (std::size_t got; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        ran.out.append(piece.data(), got);
    }
    const int status = pclose(pipe);
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.err = text_of(err);
    return ran;
}

/// What `-o json` printed.
inline boost::json::object object_of(const Ran& ran) {
    INFO(ran.out << ran.err);
    REQUIRE(ran.out.starts_with("{"));
    return boost::json::parse(ran.out).as_object();
}

inline std::string text_at(const boost::json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

/// A demonstration ledger behind a server of its own.
struct Demo {
    Folder folder;
    std::unique_ptr<tools::Child> server;

    Demo() { start("--demo"); }
    void start(const std::string& mode) {
        auto child =
            tools::Child::start({TALENTD, "--data", data(), mode, "--listen", "127.0.0.1:0"});
        REQUIRE(child);
        server = *std::move(child);
    }
    std::string data() const { return (folder.path / "data").string(); }
    Ran ask(const std::string& arguments) const {
        return run(folder,
                   "--server http://127.0.0.1:" + std::to_string(server->port()) + " " + arguments);
    }
    Ran offline(const std::string& arguments) const {
        return run(folder, "--offline " + data() + " " + arguments);
    }
};

}  // namespace test
