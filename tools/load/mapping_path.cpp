#include "tools/load/mapping_path.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace tools {
namespace {

constexpr std::array<std::string_view, 9> envelope = {
    "id",          "subject",   "effectivefrom", "effectiveto", "correlationid",
    "causationid", "firstload", "demotime",      "commandid"};

bool in_envelope(std::string_view path) {
    return std::find(envelope.begin(), envelope.end(), path) != envelope.end();
}

}  // namespace

std::span<const std::string_view> envelope_members() {
    return envelope;
}

std::vector<std::string> steps_of(std::string_view path) {
    std::vector<std::string> steps;
    std::stringstream in{std::string(path)};
    for (std::string step; std::getline(in, step, '.');) steps.push_back(step);
    return steps;
}

bool is_index(std::string_view step) {
    return !step.empty() && step.size() <= 3 &&
           step.find_first_not_of("0123456789") == std::string_view::npos;
}

const events::FieldInfo* find_field(const events::TableInfo* table, std::string_view path,
                                    std::vector<std::string>& known) {
    const events::FieldInfo* field = nullptr;
    for (const auto& step : steps_of(path)) {
        if (field != nullptr && field->list && is_index(step)) continue;
        if (table == nullptr) return nullptr;
        known.clear();
        for (const auto& one : table->fields) known.push_back(one.name);
        field = table->find(step);
        if (field == nullptr) return nullptr;
        table = field->table;
    }
    return field;
}

std::vector<std::string> place_of(std::string_view path) {
    if (in_envelope(path)) return {std::string(path)};
    auto steps = steps_of(path);
    if (path == "legal_basis" || steps.front() == "evidence") {
        steps.insert(steps.begin(), "data");
        return steps;
    }
    if (steps.front() != "payload") steps.insert(steps.begin(), "payload");
    steps.insert(steps.begin(), "data");
    return steps;
}

std::string_view catalogue_path(std::string_view path) {
    return path.starts_with("payload.") ? path.substr(8) : path;
}

bool is_payload(std::string_view path) {
    return !in_envelope(path) && path != "legal_basis" && !path.starts_with("evidence.");
}

}  // namespace tools
