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

std::string line_of(const Table& table, const std::vector<std::string>& cells,
                    const std::vector<int>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line.append(gap, ' ');
        const std::string cut = cut_to_width(cells[i], widths[i]);
        const bool last = i + 1 == cells.size();
        const bool right = table.columns[i].right_aligned;
        line += last && !right ? cut : pad_to_width(cut, widths[i], right);
    }
    return line;
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

std::string Table::text(const Limits& limits) const {
    auto widths = natural_widths(*this);
    shrink(widths, limits.columns);
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.push_back(column.title);

    std::string out = coloured(line_of(*this, titles, widths), "1", limits.colour) + "\n";
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (i > 0) out.append(gap, ' ');
        for (int cell = 0; cell < widths[i]; ++cell) out += "─";
    }
    out += "\n";
    for (const auto& row : rows) out += line_of(*this, row, widths) + "\n";
    return out;
}

std::string Table::markdown() const {
    std::string out = "|";
    for (const auto& column : columns) out += " " + markdown_cell(column.title) + " |";
    out += "\n|";
    for (const auto& column : columns) out += column.right_aligned ? " ---: |" : " --- |";
    out += "\n";
    for (const auto& row : rows) {
        out += "|";
        for (const auto& cell : row) out += " " + markdown_cell(cell) + " |";
        out += "\n";
    }
    return out;
}

std::string row_count(std::size_t rows, bool chinese) {
    if (chinese) return fmt::format("{} 行", rows);
    return fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
}

}  // namespace tools
