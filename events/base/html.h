// Text inside HTML.
#pragma once

#include <string>
#include <string_view>

namespace base {

/// Text that stands for itself, in an element or in a quoted attribute.
inline std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char each : text) {
        switch (each) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += each;
        }
    }
    return out;
}

}  // namespace base
