// Pieces of HTML. Internal to the page.
#pragma once

#include <string>
#include <string_view>

namespace evidence {

/// Text that stands for itself.
inline std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// The same in both languages. REQUIRES: both are HTML already.
inline std::string both(std::string_view zh, std::string_view en) {
    std::string out;
    if (!zh.empty()) out.append("<span lang=\"zh\">").append(zh).append("</span>");
    if (!zh.empty() && !en.empty()) out += ' ';
    if (!en.empty()) out.append("<span lang=\"en\">").append(en).append("</span>");
    return out;
}

}  // namespace evidence
