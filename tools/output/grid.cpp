// Matrices as a square and the line above a view's answer.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tools/output/cells.h"
#include "tools/output/printer.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr std::size_t grid_columns_max = 30;  // beyond, a list of rows reads better

std::string_view measure_of(const json::object& row) {
    for (const std::string_view name : {"persons", "fte_days"}) {
        if (row.contains(name)) return name;
    }
    return {};
}

std::string key_of(const json::object& row, std::string_view side) {
    const auto* value = row.if_contains(side);
    return value == nullptr ? std::string() : table_cell(*value);
}

/// Whether the rows tell more than from, to and one number: then a square would hide something.
bool is_plain_matrix(const json::array& rows) {
    std::map<std::pair<std::string, std::string>, int> seen;
    for (const auto& item : rows) {
        if (!item.is_object()) return false;
        const auto& row = item.get_object();
        if (!row.contains("from") || !row.contains("to") || measure_of(row).empty()) return false;
        if (++seen[{key_of(row, "from"), key_of(row, "to")}] > 1) return false;
    }
    return !rows.empty();
}

void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

Table grid_of(const json::object& answer) {
    const auto* rows = answer.if_contains("rows");
    if (rows == nullptr || !rows->is_array() || !is_plain_matrix(rows->get_array())) return {};

    std::vector<std::string> from, to;
    std::map<std::pair<std::string, std::string>, std::string> cells;
    for (const auto& item : rows->get_array()) {
        const auto& row = item.get_object();
        add_once(from, key_of(row, "from"));
        add_once(to, key_of(row, "to"));
        cells[{key_of(row, "from"), key_of(row, "to")}] = table_cell(row.at(measure_of(row)));
    }
    if (to.size() > grid_columns_max) return {};
    std::sort(from.begin(), from.end());
    std::sort(to.begin(), to.end());

    Table table;
    table.columns.push_back({"from ＼ to", false});
    for (const auto& name : to) table.columns.push_back({name, true});
    for (const auto& source : from) {
        std::vector<std::string> line{source};
        for (const auto& target : to) {
            const auto found = cells.find({source, target});
            line.push_back(found == cells.end() ? "·" : found->second);
        }
        table.rows.push_back(std::move(line));
    }
    return table;
}

namespace {

/// `name value` of every scalar that is there, nested ones by their dotted path.
void say_scalars(std::string& out, const std::string& prefix, const json::object& object) {
    for (const auto& [key, value] : object) {
        const auto name = prefix + std::string(key);
        if (value.is_object()) {
            say_scalars(out, name + ".", value.get_object());
        } else if (!value.is_null() && !(value.is_array() && value.get_array().empty()) &&
                   !(value.is_array() && value.get_array().front().is_object())) {
            out += fmt::format("  {} {}\n", name, table_cell(value));
        }
    }
}

/// What a dossier says of the person on the day, line by line; lists of objects are in JSON only.
std::string current_of(const json::object& answer) {
    const auto* current = answer.if_contains("current");
    if (current == nullptr || !current->is_object()) return {};
    std::string out = "\n\n";
    say_scalars(out, {}, current->get_object());
    out.pop_back();
    return out;
}

}  // namespace

std::string caption_of(const json::object& answer) {
    std::string out;
    for (const std::string_view key : {"view", "effective_at", "known_at", "from", "to", "by",
                                       "scheme", "basis", "position", "coverage"}) {
        const auto* value = answer.if_contains(key);
        if (value == nullptr || value->is_null()) continue;
        if (!out.empty()) out += "  ";
        out += key == "view" ? table_cell(*value) : fmt::format("{}={}", key, table_cell(*value));
    }
    return out + current_of(answer);
}

}  // namespace tools
