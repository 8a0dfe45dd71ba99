#include "tools/output/cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/json/json_text.h"
#include "tools/term/width.h"

namespace tools {
namespace json = boost::json;
namespace {

void flatten_into(FlatRow& out, const std::string& prefix, const json::object& row) {
    for (const auto& [key, value] : row) {
        const std::string name =
            prefix.empty() ? std::string(key) : prefix + "." + std::string(key);
        if (value.is_object() && !value.get_object().empty()) {
            flatten_into(out, name, value.get_object());
        } else {
            out.emplace_back(name, value);
        }
    }
}

bool is_scalar(const json::value& value) {
    return !value.is_object() && !value.is_array();
}

std::string joined(const json::array& items) {
    std::string out;
    for (const auto& item : items) {
        if (!out.empty()) out += ", ";
        out += table_cell(item);
    }
    return out;
}

bool looks_like_formula(std::string_view text) {
    if (text.empty()) return false;
    if (text[0] == '=' || text[0] == '@' || text[0] == '\t' || text[0] == '\r') return true;
    // A sign in front of digits is a number, in front of anything else a formula.
    if (text[0] != '+' && text[0] != '-') return false;
    return text.find_first_not_of("0123456789.", 1) != std::string_view::npos;
}

}  // namespace

FlatRow flatten(const json::object& row) {
    FlatRow out;
    flatten_into(out, {}, row);
    return out;
}

std::string table_cell(const json::value& value) {
    if (value.is_null()) return "–";
    if (value.is_double()) return fmt::format("{}", value.get_double());
    if (value.is_string()) return printable(value.get_string());
    if (value.is_array()) {
        const auto& items = value.get_array();
        if (std::all_of(items.begin(), items.end(), is_scalar)) return joined(items);
    }
    return printable(events::json_text(value));
}

std::string local_cell(const json::value& value, const events::Zone& zone) {
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        // 2019-04-01T02:00:00.000000Z and nothing shorter: dates and codes stay as they are.
        const bool is_time = text.size() >= 20 && text[10] == 'T' && text.ends_with('Z');
        if (is_time) {
            if (const auto at = events::Instant::parse(text)) return zone.text(*at);
        }
    }
    return table_cell(value);
}

std::string plain_cell(const json::value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_double()) return fmt::format("{}", value.get_double());
    return events::json_text(value);
}

std::string csv_cell(std::string_view text) {
    const bool formula = looks_like_formula(text);
    if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string out = formula ? "\"'" : "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string tsv_cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\\':
                out += "\\\\";
                break;
            default:
                out += c;
        }
    }
    return out;
}

bool is_numeric(const json::value& value) {
    if (value.is_number()) return true;
    if (!value.is_string()) return false;
    std::string_view text = value.get_string();
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() < 20 &&
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

const json::value* at_path(const json::object& row, std::string_view path) {
    // A key may itself hold a dot, so the whole path is tried first.
    if (const auto* whole = row.if_contains(path)) return whole;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
        const auto* inner = row.if_contains(path.substr(0, dot));
        if (inner != nullptr && inner->is_object()) {
            if (const auto* found = at_path(inner->get_object(), path.substr(dot + 1)))
                return found;
        }
    }
    return nullptr;
}

}  // namespace tools
