#include "tools/cli/token.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>

#include "tools/load/file.h"

namespace tools {
namespace {

base::Error no_token(std::string what) {
    return {base::Fault::invalid, "E_CONFIG", std::move(what)};
}

base::Result<std::string> output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return no_token(fmt::format("token_command '{}' does not run", command));
    std::string out;
    std::array<char, 4'096> piece;
    for (std::size_t got; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        out.append(piece.data(), got);
    }
    const int status = ::pclose(pipe);
    if (status != 0) {
        return no_token(fmt::format("token_command '{}' failed ({})", command, status));
    }
    return out;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

base::Result<std::string> read_token(const Settings& settings, const Url& url) {
    const auto& file = settings["token_file"];
    const auto& command = settings["token_command"];
    if (file.empty() && command.empty()) return std::string();
    if (!url.secure && !url.is_loopback()) {
        return no_token(fmt::format("a token travels over https only, not to {}", url.origin()));
    }
    const auto text = file.empty() ? output_of(command) : read_whole(file);
    if (!text) return text.error();
    auto token = first_line(*text);
    if (token.empty() || token.find_first_of(" \t") != std::string::npos) {
        return no_token(file.empty() ? "token_command says no token"
                                     : fmt::format("{} holds no token", file));
    }
    return token;
}

}  // namespace tools
