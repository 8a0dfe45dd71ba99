// Writes rows to standard output in the form that was asked for.
#pragma once

#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "tools/output/form.h"
#include "tools/term/table.h"
#include "tools/term/terminal.h"

namespace tools {

/// Rows come one by one; NDJSON goes out at once, everything that needs to see all rows first
/// (tables, the columns of CSV) is kept until `finish`.
///
/// Bounds:  tables and CSV keep at most `rows_kept_max` rows to learn the columns from; then the
///          columns are fixed and rows go out as they come.
/// Errors:  `invalid` E_UNKNOWN_FIELD names the valid fields and the nearest.
class Printer {
public:
    struct Options {
        Form form = Form::ndjson;
        std::vector<std::string> fields;  ///< dotted paths; empty: all
        /// Columns of a table when no fields are asked for; empty: all that occur.
        std::vector<std::string> usual;
        Terminal terminal;
        Language language = Language::en;
        std::FILE* out = stdout;
    };
    static constexpr std::size_t rows_kept_max = 10'000;

    explicit Printer(Options options);

    /// False once nobody reads standard output any more.
    base::Result<bool> row(boost::json::object row);
    /// Writes what was kept. `caption` stands above a table.
    base::Result<void> finish(const std::string& caption = {});

    /// A whole answer: as it is in JSON, its `rows` otherwise; matrices become a grid in tables.
    base::Result<void> answer(const boost::json::object& answer);

private:
    base::Result<boost::json::object> select(const boost::json::object& row) const;
    base::Result<void> learn_columns();
    std::vector<std::string> cells_of(const boost::json::object& row) const;
    void write_line(const boost::json::object& row);
    void write_table(const std::vector<boost::json::object>& rows, const std::string& caption);
    void write(std::string_view text);
    bool is_tabular() const;

    const Options options_;
    std::vector<std::string> columns_;
    std::vector<boost::json::object> kept_;
    std::size_t rows_ = 0;
    bool flowing_ = false;  ///< the columns are fixed and the heading is out
};

/// The answer's rows `from`, `to`, `measure` as a square; empty if it is not a matrix or too wide.
Table grid_of(const boost::json::object& answer);
/// One line saying what the answer is about; under it, for a dossier, what holds on the day.
std::string caption_of(const boost::json::object& answer);

}  // namespace tools
