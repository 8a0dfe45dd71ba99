#include "tools/evidence/pretty.h"

#include <boost/json.hpp>

namespace evidence {
namespace json = boost::json;
namespace {

void write(std::string& out, const json::value& value, std::size_t depth);

/// Items between brackets, each on a line of its own.
template <class Items, class Item>
void write_items(std::string& out, const Items& items, char open, char close, std::size_t depth,
                 const Item& item) {
    out += open;
    bool first = true;
    for (const auto& each : items) {
        out += first ? "\n" : ",\n";
        out.append((depth + 1) * 2, ' ');
        item(each);
        first = false;
    }
    if (!first) {
        out += '\n';
        out.append(depth * 2, ' ');
    }
    out += close;
}

void write(std::string& out, const json::value& value, std::size_t depth) {
    if (const auto* object = value.if_object()) {
        write_items(out, *object, '{', '}', depth, [&](const json::key_value_pair& member) {
            out += json::serialize(json::string(member.key()));
            out += ": ";
            write(out, member.value(), depth + 1);
        });
    } else if (const auto* array = value.if_array()) {
        write_items(out, *array, '[', ']', depth,
                    [&](const json::value& item) { write(out, item, depth + 1); });
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string pretty(const json::value& value) {
    std::string out;
    write(out, value, 0);
    out += '\n';
    return out;
}

}  // namespace evidence
