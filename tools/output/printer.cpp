#include "tools/output/printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/json/json_text.h"
#include "tools/cli/suggest.h"
#include "tools/output/cells.h"

namespace tools {
namespace json = boost::json;

namespace {

/// Events of all types together have more fields than anybody reads.
constexpr std::size_t fields_named_max = 40;

base::Error unknown_field(const std::string& field, std::vector<std::string> known) {
    const auto meant = did_you_mean(field, known);
    const std::size_t more = known.size() - std::min(known.size(), fields_named_max);
    known.resize(known.size() - more);
    return {base::Fault::invalid, "E_UNKNOWN_FIELD",
            fmt::format("there is no field {}{}; the fields are {}{}", field, meant,
                        fmt::join(known, ", "),
                        more > 0 ? fmt::format(" and {} more", more) : std::string())};
}

Printer::Options with_pattern_fields(Printer::Options options) {
    if (options.form == Form::pattern) options.fields = options.pattern.fields();
    return options;
}

}  // namespace

Printer::Printer(Options options) : options_(with_pattern_fields(std::move(options))) {}

bool Printer::is_tabular() const {
    return options_.form != Form::ndjson && options_.form != Form::json &&
           options_.form != Form::raw;
}

void Printer::write(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), options_.out);
}

base::Result<json::object> Printer::select(const json::object& row) const {
    json::object out;
    for (const auto& field : options_.fields) {
        const auto* found = at_path(row, field);
        out[field] = found != nullptr ? *found : json::value(nullptr);
    }
    return out;
}

base::Result<bool> Printer::row(json::object row) {
    if (flowing_) {
        write_line(row);
        if (live_) std::fflush(options_.out);
        return std::ferror(options_.out) == 0;
    }
    if (!is_tabular() && options_.fields.empty() && options_.form != Form::json) {
        write(events::json_text(row) + "\n");
        std::fflush(options_.out);
        return std::ferror(options_.out) == 0;
    }
    kept_.push_back(std::move(row));
    // With fields asked for, the first rows tell which fields there are.
    const bool enough = is_tabular() || options_.form == Form::json
                            ? kept_.size() >= rows_kept_max && options_.form != Form::json
                            : kept_.size() >= 100;
    if (enough || live_) {
        if (auto flushed = finish(); !flushed) return flushed.error();
        flowing_ = true;
    }
    return true;
}

base::Result<void> Printer::live() {
    live_ = true;
    if (flowing_ || kept_.empty()) return {};
    auto flushed = finish();
    flowing_ = flushed.has_value();
    return flushed;
}

base::Result<void> Printer::learn_columns() {
    std::vector<std::string> known;
    for (const auto& row : kept_) {
        for (const auto& [name, value] : flatten(row)) {
            if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
        }
    }
    if (options_.fields.empty()) {
        columns_ = options_.form == Form::table && !options_.usual.empty() ? options_.usual : known;
        return {};
    }
    for (const auto& field : options_.fields) {
        const bool occurs = std::any_of(kept_.begin(), kept_.end(), [&](const auto& row) {
            return at_path(row, field) != nullptr;
        });
        if (!occurs && !kept_.empty()) {
            return unknown_field(field, known);
        }
    }
    columns_ = options_.fields;
    return {};
}

std::vector<std::string> Printer::cells_of(const json::object& row) const {
    std::vector<std::string> cells;
    const bool people = is_for_people(options_.form);
    for (const auto& column : columns_) {
        const auto* value = at_path(row, column);
        const json::value null(nullptr);
        const json::value& cell = value != nullptr ? *value : null;
        cells.push_back(people ? shown(cell) : plain_cell(cell));
    }
    return cells;
}

std::string Printer::shown(const json::value& value) const {
    return options_.zone != nullptr ? local_cell(value, *options_.zone) : table_cell(value);
}

void Printer::write_line(const json::object& row) {
    if (options_.form == Form::pattern) return write(options_.pattern.line(row));
    if (!is_tabular()) {
        if (options_.fields.empty()) return write(events::json_text(row) + "\n");
        return write(events::json_text(*select(row)) + "\n");
    }
    const bool csv = options_.form == Form::csv;
    const bool tsv = options_.form == Form::tsv;
    std::vector<std::string> cells = cells_of(row);
    if (options_.form == Form::markdown) return write(shape_.markdown_line(cells));
    if (!csv && !tsv) return write(shape_.line(cells, widths_) + "\n");
    for (auto& cell : cells) cell = csv ? csv_cell(cell) : tsv_cell(cell);
    write(fmt::format("{}\n", fmt::join(cells, csv ? "," : "\t")));
}

void Printer::write_table(const std::vector<json::object>& rows, const std::string& caption) {
    Table table;
    for (const auto& column : columns_) {
        const bool numeric = !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](auto& row) {
            const auto* value = at_path(row, column);
            return value == nullptr || value->is_null() || is_numeric(*value);
        });
        table.columns.push_back({column, numeric});
    }
    for (const auto& row : rows) table.rows.push_back(cells_of(row));
    shape_.columns = table.columns;
    if (options_.form == Form::markdown) return write(table.markdown());
    if (!caption.empty()) write(caption + "\n\n");
    const bool cut = options_.form == Form::table && options_.terminal.out;
    const int limit = cut ? options_.terminal.columns : 0;
    widths_ = table.widths(limit);
    if (!table.rows.empty()) write(table.text({limit, options_.terminal.colour_out}));
    if (!live_) write_count(table.rows.size());
}

/// On a terminal the count belongs to the table; elsewhere the data stay alone.
void Printer::write_count(std::size_t rows) {
    if (options_.quiet) return;
    const auto line = "(" + row_count(rows, options_.language == Language::zh) + ")\n";
    if (options_.terminal.out) return write(line);
    std::fflush(options_.out);
    std::fwrite(line.data(), 1, line.size(), options_.notes);
}

void Printer::write_grid(const Table& grid) {
    write(grid.text(
        {options_.terminal.out ? options_.terminal.columns : 0, options_.terminal.colour_out}));
    write_count(grid.rows.size());
}

/// A row wider than any terminal reads better downwards.
void Printer::write_record(const json::object& record) {
    Table table;
    table.columns = {{"field", false}, {"value", false}};
    for (const auto& [name, value] : flatten(record)) table.rows.push_back({name, shown(value)});
    write(table.text({0, options_.terminal.colour_out}));
    std::fflush(options_.out);
}

base::Result<void> Printer::finish(const std::string& caption) {
    if (flowing_) return {};
    if (auto learnt = learn_columns(); !learnt) return learnt;
    const auto kept = std::exchange(kept_, {});
    switch (options_.form) {
        case Form::json: {
            json::array all;
            for (const auto& row : kept) {
                all.push_back(options_.fields.empty() ? row : *select(row));
            }
            write(events::json_text(all) + "\n");
            break;
        }
        case Form::csv:
        case Form::tsv: {
            write(
                fmt::format("{}\n", fmt::join(columns_, options_.form == Form::csv ? "," : "\t")));
            for (const auto& row : kept) write_line(row);
            break;
        }
        case Form::table:
        case Form::wide:
        case Form::markdown:
            write_table(kept, caption);
            break;
        default:
            for (const auto& row : kept) write_line(row);
    }
    std::fflush(options_.out);
    return {};
}

base::Result<void> Printer::write_answer_json(const json::object& answer) {
    const bool selected = options_.form == Form::json && !options_.fields.empty();
    if (selected) {
        kept_.push_back(answer);
        auto learnt = learn_columns();
        kept_.clear();
        if (!learnt) return learnt;
    }
    write(events::json_text(selected ? *select(answer) : answer) + "\n");
    return {};
}

base::Result<void> Printer::answer(const json::object& answer) {
    const auto* rows = answer.if_contains("rows");
    const bool listed = rows != nullptr && rows->is_array();
    const bool whole = options_.form == Form::raw ||
                       (options_.form == Form::json && (options_.fields.empty() || !listed));
    if (whole) return write_answer_json(answer);
    if (options_.form == Form::table && options_.fields.empty()) {
        if (const Table grid = grid_of(answer); !grid.rows.empty()) {
            write(caption_of(answer) + "\n\n");
            write_grid(grid);
            return {};
        }
    }
    if (!listed) {
        if (options_.form == Form::table && options_.fields.empty()) {
            write_record(answer);
            return {};
        }
        if (auto written = row(answer); !written) return written.error();
        return finish();
    }
    for (const auto& item : rows->get_array()) {
        auto written = row(item.is_object() ? item.get_object() : json::object{{"value", item}});
        if (!written) return written.error();
        if (!*written) return {};
    }
    return finish(caption_of(answer));
}

}  // namespace tools
