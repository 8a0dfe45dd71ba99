#include "tools/output/brief.h"

#include <boost/json.hpp>
#include <cstdlib>
#include <string>

#include "tools/output/cells.h"

namespace tools {
namespace json = boost::json;
namespace {

std::string brief_text(const json::object& event, std::string_view path) {
    const auto* value = at_path(event, path);
    return value == nullptr ? std::string() : plain_cell(*value);
}

json::value date_at(const json::object& event, std::string_view path) {
    const auto* value = at_path(event, path);
    return value == nullptr ? json::value(nullptr) : *value;
}

std::string short_type(std::string type) {
    if (type.starts_with("talent.")) type.erase(0, 7);
    return type.substr(0, type.find('.'));
}

}  // namespace

json::object brief_of(const json::object& event) {
    return {{"position", std::strtoull(brief_text(event, "sequence").c_str(), nullptr, 10)},
            {"type", short_type(brief_text(event, "type"))},
            {"subject", brief_text(event, "subject")},
            {"from", date_at(event, "effectivefrom")},
            {"to", date_at(event, "effectiveto")},
            {"recorded_at", date_at(event, "time")},
            {"role", date_at(event, "data.actor.role")}};
}

}  // namespace tools
