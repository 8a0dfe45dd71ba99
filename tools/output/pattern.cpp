#include "tools/output/pattern.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/output/cells.h"

namespace tools {
namespace {

char escaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        default:
            return c;
    }
}

base::Error bad_pattern(std::string_view text, const char* why) {
    return {base::Fault::invalid, "E_USAGE",
            fmt::format("takes fields in braces, template='{{sequence}} {{type}}'; in '{}' {}",
                        text, why)};
}

}  // namespace

base::Result<Pattern> Pattern::parse(std::string_view text) {
    Pattern pattern;
    pattern.texts_.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        auto& plain = pattern.texts_.back();
        if (c == '\\' && next != '\0') {
            plain += escaped(next);
            ++i;
        } else if ((c == '{' || c == '}') && next == c) {
            plain += c;
            ++i;
        } else if (c == '{') {
            const auto end = text.find('}', i);
            if (end == std::string_view::npos) return bad_pattern(text, "a brace is never closed");
            if (end == i + 1) return bad_pattern(text, "the braces are empty");
            pattern.fields_.emplace_back(text.substr(i + 1, end - i - 1));
            pattern.texts_.emplace_back();
            i = end;
        } else if (c == '}') {
            return bad_pattern(text, "a brace is closed that was never opened");
        } else {
            plain += c;
        }
    }
    return pattern;
}

std::string Pattern::line(const boost::json::object& row) const {
    std::string out = texts_.front();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto* value = at_path(row, fields_[i]);
        if (value != nullptr) out += plain_cell(*value);
        out += texts_[i + 1];
    }
    return out + "\n";
}

}  // namespace tools
