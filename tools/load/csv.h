// RFC 4180 row by row, with the line on which each row begins.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"

namespace tools {

/// Lifetime: the text must outlive it.
class CsvRows {
public:
    /// `separator` is a comma, a semicolon or a tab.
    CsvRows(std::string_view text, char separator) : text_(text), separator_(separator) {}

    /// False at the end. Empty lines are passed over. Fails with `invalid` E_BAD_CSV naming the
    /// line on which a quoted cell was opened and never closed.
    base::Result<bool> next(std::vector<std::string>& cells);
    std::size_t line() const { return row_line_; }
    /// The bytes of the row as they stand in the file.
    std::string_view raw() const { return raw_; }

private:
    std::string_view text_;
    const char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 0;
    std::string_view raw_;
};

/// The separator that the heading uses most.
char separator_of(std::string_view text);

}  // namespace tools
