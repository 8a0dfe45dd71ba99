// What stands at the other end of standard output and standard error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tools {

enum class Language { en, zh };

struct Terminal {
    bool out = false;  ///< standard output is a terminal
    bool err = false;  ///< standard error is a terminal
    int columns = 80;
    bool colour_out = false;
    bool colour_err = false;

    /// `color` is auto, always or never. NO_COLOR, TERM=dumb and CLICOLOR=0 forbid colour on a
    /// terminal; CLICOLOR_FORCE and `always` force it.
    static Terminal detect(std::string_view color);
};

/// `wanted` is zh, en or empty: then by LC_ALL, LC_MESSAGES and LANG.
Language choose_language(std::string_view wanted);

/// An environment variable; nothing if unset or empty.
std::optional<std::string> environment(const char* name);

/// The text in an SGR colour such as "31", or as it is.
std::string coloured(std::string_view text, std::string_view sgr, bool colour);

}  // namespace tools
