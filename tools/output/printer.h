// Writes rows to standard output in the form that was asked for.
#pragma once

#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/dates.h"
#include "tools/output/form.h"
#include "tools/output/pattern.h"
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
        Pattern pattern;                     ///< of Form::pattern
        const events::Zone* zone = nullptr;  ///< forms for people show times in it
        Terminal terminal;
        Language language = Language::en;
        bool quiet = false;
        std::FILE* out = stdout;
        std::FILE* notes = stderr;  ///< number of rows, where `out` is no terminal
    };
    static constexpr std::size_t rows_kept_max = 10'000;

    explicit Printer(Options options);

    /// False once nobody reads standard output any more.
    base::Result<bool> row(boost::json::object row);
    /// What comes now comes live: what was kept goes out, and every further row at once.
    base::Result<void> live();
    /// Writes what was kept. `caption` stands above a table.
    base::Result<void> finish(const std::string& caption = {});

    /// A whole answer: as it is in JSON, its `rows` otherwise. In tables matrices become a grid,
    /// and an answer without rows one line for each of its fields.
    base::Result<void> answer(const boost::json::object& answer);

private:
    base::Result<boost::json::object> select(const boost::json::object& row) const;
    base::Result<void> learn_columns();
    std::vector<std::string> cells_of(const boost::json::object& row) const;
    void write_line(const boost::json::object& row);
    base::Result<void> write_answer_json(const boost::json::object& answer);
    void write_table(const std::vector<boost::json::object>& rows, const std::string& caption);
    void write_record(const boost::json::object& record);
    void write_grid(const Table& grid);
    void write_count(std::size_t rows);
    /// How a value reads in the forms for people.
    std::string shown(const boost::json::value& value) const;
    void write(std::string_view text);
    bool is_tabular() const;

    const Options options_;
    std::vector<std::string> columns_;
    std::vector<boost::json::object> kept_;
    Table shape_;  ///< columns only, once the heading is out
    std::vector<int> widths_;
    bool live_ = false;
    bool flowing_ = false;  ///< the columns are fixed and the heading is out
};

/// The answer's rows `from`, `to`, `measure` as a square; empty if it is not a matrix or too wide.
Table grid_of(const boost::json::object& answer);
/// One line saying what the answer is about; under it, for a dossier, what holds on the day.
std::string caption_of(const boost::json::object& answer);

}  // namespace tools
