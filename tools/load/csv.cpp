#include "tools/load/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace tools {

base::Result<bool> CsvRows::next(std::vector<std::string>& cells) {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
        if (text_[at_++] == '\n') ++line_;
    }
    if (at_ >= text_.size()) return false;

    cells.assign(1, {});
    row_line_ = line_;
    const std::size_t start = at_;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '\n') ++line_;
        if (quoted) {
            if (c != '"') {
                cells.back() += c;
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                cells.back() += text_[++at_];
            } else {
                quoted = false;
            }
        } else if (c == '"' && cells.back().empty()) {
            quoted = true;
        } else if (c == separator_) {
            cells.emplace_back();
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            cells.back() += c;
        }
    }
    if (quoted) {
        return base::Error{base::Fault::invalid, "E_BAD_CSV",
                           fmt::format("a quoted cell of line {} is never closed", row_line_)};
    }
    raw_ = text_.substr(start, at_ - start);
    if (raw_.ends_with('\r')) raw_.remove_suffix(1);
    if (at_ < text_.size()) ++at_;
    return true;
}

char separator_of(std::string_view text) {
    const std::string_view heading = text.substr(0, text.find('\n'));
    const auto uses = [&](char c) { return std::count(heading.begin(), heading.end(), c); };
    char best = ',';
    for (const char c : {';', '\t'}) {
        if (uses(c) > uses(best)) best = c;
    }
    return best;
}

}  // namespace tools
