#include "tools/term/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace tools {
namespace {

bool may_colour(std::string_view color, bool is_terminal) {
    if (color == "always") return true;
    if (color == "never" || environment("NO_COLOR")) return false;
    if (const auto forced = environment("CLICOLOR_FORCE"); forced && *forced != "0") return true;
    return is_terminal && environment("TERM").value_or("dumb") != "dumb" &&
           environment("CLICOLOR").value_or("1") != "0";
}

int columns_of(int fd) {
    winsize size{};
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    if (const auto columns = environment("COLUMNS")) {
        if (const int parsed = std::atoi(columns->c_str()); parsed > 0) return parsed;
    }
    return 80;
}

}  // namespace

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

Terminal Terminal::detect(std::string_view color) {
    Terminal terminal;
    terminal.out = isatty(STDOUT_FILENO) != 0;
    terminal.err = isatty(STDERR_FILENO) != 0;
    terminal.columns = columns_of(terminal.out ? STDOUT_FILENO : STDERR_FILENO);
    terminal.colour_out = may_colour(color, terminal.out);
    terminal.colour_err = may_colour(color, terminal.err);
    return terminal;
}

Language choose_language(std::string_view wanted) {
    if (!wanted.empty()) return wanted == "zh" ? Language::zh : Language::en;
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        if (const auto value = environment(name)) {
            return value->starts_with("zh") ? Language::zh : Language::en;
        }
    }
    return Language::en;
}

std::string coloured(std::string_view text, std::string_view sgr, bool colour) {
    if (!colour) return std::string(text);
    return "\x1b[" + std::string(sgr) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace tools
