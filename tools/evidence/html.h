// Pieces of HTML. Internal to the page.
#pragma once

#include <string>
#include <string_view>

#include "events/base/html.h"

namespace evidence {

inline std::string escaped(std::string_view text) { return base::html_escaped(text); }

/// The same in both languages. REQUIRES: both are HTML already.
inline std::string both(std::string_view zh, std::string_view en) {
    std::string out;
    if (!zh.empty()) out.append("<span lang=\"zh\">").append(zh).append("</span>");
    if (!zh.empty() && !en.empty()) out += ' ';
    if (!en.empty()) out.append("<span lang=\"en\">").append(en).append("</span>");
    return out;
}

}  // namespace evidence
