#include "events/json/text.h"

#include <charconv>

namespace events {
namespace {

unsigned byte(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
}

bool is_plain_three_bytes(unsigned point) {
    const bool direction = point == 0x200E || point == 0x200F ||
                           (point >= 0x202A && point <= 0x202E) ||
                           (point >= 0x2066 && point <= 0x2069);
    const bool line = point == 0x2028 || point == 0x2029;
    return !direction && !line && point != 0xFEFF;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_number(std::string& out, std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

bool is_plain_text(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = byte(text, i);
        if (first < 0x20 || first == 0x7F) return false;
        if (first < 0xC2) continue;
        const auto second = byte(text, i + 1) & 0x3F;
        if (first == 0xC2 && second < 0x20) return false;             // U+0080 to U+009F
        if (first == 0xD8 && second == 0x1C) return false;            // Arabic letter mark
        if ((first & 0xF0) == 0xE0) {
            const auto point = (first & 0x0F) << 12 | second << 6 | (byte(text, i + 2) & 0x3F);
            if (!is_plain_three_bytes(point)) return false;
        }
    }
    return true;
}

}  // namespace events
