// Small things about text that the JSON reader and the JSON writer share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace events {

/// Appends a JSON string literal. Valid UTF-8 stays as it is; control characters are escaped.
void append_json_text(std::string& out, std::string_view text);

/// Appends a decimal number.
void append_number(std::string& out, std::int64_t value);

/// Appends `,` unless the text ends where an object or a list begins.
inline void append_comma(std::string& out) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
}

/// Appends `"name":`, with a comma before it where one is needed.
inline void append_name(std::string& out, std::string_view name) {
    append_comma(out);
    out += '"';
    out += name;
    out += "\":";
}

/// Characters of valid UTF-8.
std::size_t characters(std::string_view text);

/// Whether valid UTF-8 is free of control characters, line breaks, byte order marks and marks
/// that change the writing direction.
bool is_plain_text(std::string_view text);

}  // namespace events
