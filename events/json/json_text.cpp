#include "events/json/json_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <iterator>

namespace events {
namespace {

namespace json = boost::json;

void write(std::string& out, const json::value& value);

void write(std::string& out, const json::object& object) {
    char separator = '{';
    for (const auto& member : object) {
        out += separator;
        out += json::serialize(member.key());
        out += ':';
        write(out, member.value());
        separator = ',';
    }
    out += separator == '{' ? "{}" : "}";
}

void write(std::string& out, const json::array& array) {
    char separator = '[';
    for (const auto& item : array) {
        out += separator;
        write(out, item);
        separator = ',';
    }
    out += separator == '[' ? "[]" : "]";
}

void write(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
    } else {
        // The shortest form that reads back the same; very large and small ones keep exponents.
        fmt::format_to(std::back_inserter(out), "{}", number);
    }
}

void write(std::string& out, const json::value& value) {
    if (const auto* object = value.if_object()) {
        write(out, *object);
    } else if (const auto* array = value.if_array()) {
        write(out, *array);
    } else if (const auto* number = value.if_double()) {
        write(out, *number);
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string json_text(const json::value& value) {
    std::string out;
    write(out, value);
    return out;
}

std::string json_text(const json::object& object) {
    std::string out;
    write(out, object);
    return out;
}

}  // namespace events
