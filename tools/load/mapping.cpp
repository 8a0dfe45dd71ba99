#include "tools/load/mapping.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "tools/cli/suggest.h"
#include "tools/load/cell_value.h"
#include "tools/load/mapping_path.h"

namespace tools {
namespace json = boost::json;
namespace {

base::Error bad_mapping(std::string what) {
    return {base::Fault::invalid, "E_BAD_MAPPING", std::move(what)};
}

/// Sets the value at a path, making the objects and lists on the way.
void put(json::value& into, const std::vector<std::string>& steps, std::size_t at,
         json::value value) {
    if (at == steps.size()) {
        into = std::move(value);
    } else if (is_index(steps[at]) && (into.is_null() || into.is_array())) {
        if (into.is_null()) into.emplace_array();
        auto& list = into.get_array();
        const auto index = static_cast<std::size_t>(std::atoi(steps[at].c_str()));
        while (list.size() <= index) list.emplace_back(nullptr);
        put(list[index], steps, at + 1, std::move(value));
    } else {
        if (!into.is_object()) into.emplace_object();
        put(into.get_object()[steps[at]], steps, at + 1, std::move(value));
    }
}

json::value value_of(const Mapping::Part& part, std::string_view path, const std::string& text) {
    if (path == "firstload") return is_boolean_true(text);
    if (path == "effectivefrom" || path == "effectiveto") return json::value(normalised_date(text));
    if (!is_payload(path)) {
        const bool number = path.ends_with(".bytes");
        return scalar(number ? events::FieldType::number : events::FieldType::text, text);
    }
    std::vector<std::string> known;
    const auto* field = find_field(part.type->table, catalogue_path(path), known);
    if (field == nullptr) return json::value(text);
    const bool one_item = is_index(steps_of(path).back());
    if (field->list && !one_item) return items_of(field->type, text);
    return scalar(field->type, text);
}

base::Result<void> check_path(const Mapping::Part& part, std::string_view path) {
    if (!is_payload(path)) return {};
    std::vector<std::string> known;
    if (find_field(part.type->table, catalogue_path(path), known) != nullptr) return {};
    const auto members = envelope_members();
    known.insert(known.end(), members.begin(), members.end());
    const auto steps = steps_of(path);
    return bad_mapping(fmt::format("{} has no field {}{}", part.type->name, path,
                                   did_you_mean(steps.back(), known)));
}

std::string text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
    std::ostringstream out;
    if (const auto* date = node.as_date()) out << date->get();
    return out.str();
}

base::Result<Mapping::Part> part_of(const toml::table& table, const events::Catalogue& catalogue) {
    Mapping::Part part;
    const auto name = table["type"].value_or(std::string());
    part.type = catalogue.find(name);
    if (part.type == nullptr) {
        std::vector<std::string> known;
        for (const auto& type : catalogue.types()) known.push_back(type.name);
        return bad_mapping(
            fmt::format("there is no event type '{}'{}", name, did_you_mean(name, known)));
    }
    const auto take = [&](const char* key, auto& into, bool path_is_value) -> base::Result<void> {
        const auto* entries = table[key].as_table();
        if (entries == nullptr) return {};
        for (const auto& [left, right] : *entries) {
            const std::string value = text_of(right);
            into.emplace_back(std::string(left.str()), value);
            const std::string path = path_is_value ? value : std::string(left.str());
            if (auto checked = check_path(part, path); !checked) return checked;
        }
        return {};
    };
    if (auto taken = take("columns", part.columns, true); !taken) return taken.error();
    if (auto taken = take("constants", part.constants, false); !taken) return taken.error();
    return part;
}

}  // namespace

base::Result<Mapping> Mapping::parse(std::string_view text, const events::Catalogue& catalogue) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return bad_mapping(fmt::format("line {} column {}: {}", error.source().begin.line,
                                       error.source().begin.column, error.description()));
    }
    Mapping mapping;
    if (const auto* parts = table["event"].as_array()) {
        for (const auto& one : *parts) {
            if (!one.is_table()) return bad_mapping("[[event]] holds a table");
            auto part = part_of(*one.as_table(), catalogue);
            if (!part) return part.error();
            mapping.parts_.push_back(*std::move(part));
        }
    } else {
        auto part = part_of(table, catalogue);
        if (!part) return part.error();
        mapping.parts_.push_back(*std::move(part));
    }
    if (const auto* values = table["values"].as_table()) {
        for (const auto& [heading, replacements] : *values) {
            if (!replacements.is_table()) continue;
            for (const auto& [from, to] : *replacements.as_table()) {
                mapping.values_[std::string(heading.str())][std::string(from.str())] = text_of(to);
            }
        }
    }
    return mapping;
}

base::Result<void> Mapping::check_heading(const std::vector<std::string>& heading) const {
    for (const auto& part : parts_) {
        for (const auto& [name, path] : part.columns) {
            if (std::find(heading.begin(), heading.end(), name) == heading.end()) {
                return bad_mapping(fmt::format("the file has no column '{}'{}", name,
                                               did_you_mean(name, heading)));
            }
        }
    }
    return {};
}

Mapping::Made Mapping::make(const std::vector<std::string>& heading,
                            const std::vector<std::string>& cells, const events::Id& command,
                            const events::Id& row_id) const {
    Made made;
    json::array all;
    for (std::size_t index = 0; index < parts_.size(); ++index) {
        const Part& part = parts_[index];
        json::value event = json::object{{"specversion", "1.0"},
                                         {"source", "talentctl/import"},
                                         {"type", part.type->event_type}};
        const std::string prefix = parts_.size() > 1 ? "/" + std::to_string(index) : std::string();
        const auto set = [&](const std::string& path, const std::string& text,
                             const std::string& name) {
            const auto place = place_of(path);
            std::string meant = text == "$row" ? row_id.text() : text;
            // A column holds ids; a subject is a stream, and its kind is that of the type.
            if (path == "subject" && meant.find('/') == std::string::npos) {
                meant = fmt::format("{}/{}", events::name_of(part.type->home), meant);
            }
            put(event, place, 0, value_of(part, path, meant));
            made.headings[prefix + "/" + fmt::format("{}", fmt::join(place, "/"))] = name;
        };
        put(event, {"data", "payload"}, 0, json::object{});
        for (const auto& [path, value] : part.constants) set(path, value, "constant " + path);
        for (const auto& [name, path] : part.columns) {
            const auto found = std::find(heading.begin(), heading.end(), name);
            const auto column = static_cast<std::size_t>(found - heading.begin());
            std::string cell = column < cells.size() ? cells[column] : std::string();
            const auto trimmed = cell.find_last_not_of(" \t");
            cell.erase(trimmed == std::string::npos ? 0 : trimmed + 1);
            cell.erase(0, cell.find_first_not_of(" \t"));
            if (const auto values = values_.find(name); values != values_.end()) {
                if (const auto meant = values->second.find(cell); meant != values->second.end()) {
                    cell = meant->second;
                }
            }
            if (!cell.empty()) set(path, cell, name);
        }
        auto& object = event.get_object();
        if (!object.contains("id")) object["id"] = command.text();
        if (parts_.size() > 1) {
            object["commandid"] = object["id"];
            object["id"] = std::to_string(index);
        }
        all.push_back(std::move(event));
    }
    made.json = json::serialize(all.size() == 1 ? all.front() : json::value(std::move(all)));
    return made;
}

}  // namespace tools
