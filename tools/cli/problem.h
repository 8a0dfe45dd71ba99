// How a failure reads: what, why, what to do, and a code that never changes.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "tools/term/terminal.h"

namespace tools {

/// What the list of codes says of one; empty texts if it does not know the code.
struct CodeText {
    int status = 0;
    std::string title_en, title_zh, hint_en, hint_zh;

    const std::string& title(Language language) const {
        return language == Language::zh ? title_zh : title_en;
    }
    const std::string& hint(Language language) const {
        return language == Language::zh ? hint_zh : hint_en;
    }
};
CodeText code_text(std::string_view code);

/// Several lines for standard error, without control characters.
std::string problem_text(const base::Error& error, const std::string& trace, Language language,
                         bool colour);

/// The failure that a problem document (RFC 9457) describes.
base::Error error_of(int status, const boost::json::object& problem);

}  // namespace tools
