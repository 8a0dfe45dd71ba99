#include <fmt/format.h>

#include "events/codes/code_lists.h"

namespace events {
namespace {

/// Takes a text apart, record by record.
class CsvCursor {
public:
    explicit CsvCursor(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    }

    bool at_end() const { return at_ >= text_.size(); }
    /// Line on which the last record began.
    std::size_t line() const { return record_line_; }

    /// Cells of the next record; false where quotes are out of place.
    bool next(std::vector<std::string>& cells) {
        cells.clear();
        record_line_ = line_;
        for (;;) {
            if (!read_cell(cells.emplace_back())) return false;
            if (at_end()) return true;
            const char after = text_[at_++];
            if (after == ',') continue;
            if (after == '\r' && !at_end() && text_[at_] == '\n') ++at_;
            else if (after != '\n') return false;
            ++line_;
            return true;
        }
    }

private:
    bool read_cell(std::string& cell) {
        if (at_end() || text_[at_] != '"') {
            const auto end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
            cell = text_.substr(at_, end - at_);
            at_ = end;
            return at_end() || text_[at_] != '"';
        }
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                cell += text_[++at_];
            } else {
                ++at_;
                return true;
            }
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t record_line_ = 1;
};

base::Error bad_csv(std::size_t line, std::string_view why) {
    return {base::Fault::invalid, "E_BAD_CSV", fmt::format("line {}: {}", line, why)};
}

bool is_blank(const std::vector<std::string>& cells) {
    return cells.size() == 1 && cells[0].empty();
}

}  // namespace

const std::string& cell(const Row& row, std::string_view column) {
    static const std::string none;
    const auto found = row.find(column);
    return found == row.end() ? none : found->second;
}

base::Result<std::vector<Row>> parse_csv(std::string_view text) {
    CsvCursor cursor(text);
    std::vector<std::string> header;
    if (cursor.at_end() || !cursor.next(header) || is_blank(header)) {
        return bad_csv(1, "a header line is needed");
    }
    std::vector<Row> rows;
    std::vector<std::string> cells;
    while (!cursor.at_end()) {
        if (!cursor.next(cells)) return bad_csv(cursor.line(), "a quote is out of place");
        if (is_blank(cells)) continue;
        if (cells.size() != header.size()) {
            return bad_csv(cursor.line(), fmt::format("{} cells where the header has {}",
                                                      cells.size(), header.size()));
        }
        Row& row = rows.emplace_back();
        for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = std::move(cells[i]);
    }
    return rows;
}

}  // namespace events
