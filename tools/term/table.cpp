#include "tools/term/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tools/term/terminal.h"
#include "tools/term/width.h"

namespace tools {
namespace {

constexpr int gap = 2;
constexpr int narrowest = 6;  // a column is not cut below this

std::vector<int> natural_widths(const Table& table) {
    std::vector<int> widths;
    for (const auto& column : table.columns) widths.push_back(display_width(column.title));
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    return widths;
}

/// Takes cells from the widest column until the line fits or nothing more can be taken.
void shrink(std::vector<int>& widths, int line) {
    if (widths.empty() || line <= 0) return;
    const int gaps = gap * (static_cast<int>(widths.size()) - 1);
    int excess = std::accumulate(widths.begin(), widths.end(), gaps) - line;
    while (excess > 0) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= narrowest) return;
        --*widest;
        --excess;
    }
}

std::string markdown_cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::vector<int> Table::widths(int limit) const {
    auto out = natural_widths(*this);
    shrink(out, limit);
    return out;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<int>& widths) const {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out.append(gap, ' ');
        const std::string cut = cut_to_width(cells[i], widths[i]);
        const bool right = columns[i].right_aligned;
        const bool last = i + 1 == cells.size();
        out += last && !right ? cut : pad_to_width(cut, widths[i], right);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

std::string Table::text(const Limits& limits) const {
    const auto widest = widths(limits.columns);
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.push_back(column.title);

    std::string out = coloured(line(titles, widest), "1", limits.colour) + "\n";
    for (std::size_t i = 0; i < widest.size(); ++i) {
        if (i > 0) out.append(gap, ' ');
        for (int cell = 0; cell < widest[i]; ++cell) out += "─";
    }
    out += "\n";
    for (const auto& row : rows) out += line(row, widest) + "\n";
    return out;
}

std::string Table::markdown_line(const std::vector<std::string>& cells) const {
    std::string out = "|";
    for (const auto& cell : cells) out += " " + markdown_cell(cell) + " |";
    return out + "\n";
}

std::string Table::markdown() const {
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.push_back(column.title);
    std::string out = markdown_line(titles) + "|";
    for (const auto& column : columns) out += column.right_aligned ? " ---: |" : " --- |";
    out += "\n";
    for (const auto& row : rows) out += markdown_line(row);
    return out;
}

std::string row_count(std::size_t rows, bool chinese) {
    if (chinese) return fmt::format("{} 行", rows);
    return fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
}

}  // namespace tools
