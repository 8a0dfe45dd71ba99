// Columns of text that stay straight whatever script they are in.
#pragma once

#include <string>
#include <vector>

namespace tools {

struct Table {
    struct Column {
        std::string title;
        bool right_aligned = false;
    };
    struct Limits {
        int columns = 0;  ///< widest line, in cells; 0: no limit
        bool colour = false;
    };

    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;  ///< each as long as `columns`

    /// A heading, a rule and the rows; the widest columns are cut where the line would be too wide.
    std::string text(const Limits& limits) const;
    std::string markdown() const;

    // -- row by row, for what is still coming ---------------------------------------------------
    std::vector<int> widths(int limit) const;
    std::string line(const std::vector<std::string>& cells, const std::vector<int>& widths) const;
    std::string markdown_line(const std::vector<std::string>& cells) const;
};

/// "1 row", "12 rows"; "12 行" in Chinese.
std::string row_count(std::size_t rows, bool chinese);

}  // namespace tools
