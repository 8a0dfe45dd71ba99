#include "tools/term/width.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace tools {
namespace {

struct Glyph {
    std::string_view bytes;
    UChar32 code = 0;  ///< negative where the bytes are not UTF-8
};

/// Takes the next code point off the front of the text.
Glyph take(std::string_view& text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 8));
    std::int32_t used = 0;
    UChar32 code = 0;
    U8_NEXT(bytes, used, size, code);
    const Glyph glyph{text.substr(0, static_cast<std::size_t>(used)), code};
    text.remove_prefix(static_cast<std::size_t>(used));
    return glyph;
}

int width_of(UChar32 code) {
    if (code < 0) return 1;
    if (code >= 0x20 && code < 0x7f) return 1;
    switch (u_charType(code)) {
        case U_NON_SPACING_MARK:
        case U_ENCLOSING_MARK:
        case U_FORMAT_CHAR:
        case U_CONTROL_CHAR:
            return 0;
        default:
            break;
    }
    const int east_asian = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
    return east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

int display_width(std::string_view text) {
    int cells = 0;
    while (!text.empty()) cells += width_of(take(text).code);
    return cells;
}

std::string cut_to_width(std::string_view text, int cells) {
    if (display_width(text) <= cells) return std::string(text);
    std::string out;
    int used = 0;
    while (!text.empty()) {
        const Glyph glyph = take(text);
        const int width = width_of(glyph.code);
        if (used + width > cells - 1) break;
        out += glyph.bytes;
        used += width;
    }
    return cells > 0 ? out + "…" : out;
}

std::string pad_to_width(std::string_view text, int cells, bool right_aligned) {
    const std::string blanks(static_cast<std::size_t>(std::max(0, cells - display_width(text))),
                             ' ');
    return right_aligned ? blanks + std::string(text) : std::string(text) + blanks;
}

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Glyph glyph = take(text);
        if (glyph.code < 0) {
            out += "�";
        } else if (glyph.code == '\n') {
            out += "⏎";
        } else if (u_charType(glyph.code) == U_CONTROL_CHAR) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(glyph.code));
        } else {
            out += glyph.bytes;
        }
    }
    return out;
}

}  // namespace tools
