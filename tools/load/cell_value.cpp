#include "tools/load/cell_value.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <sstream>
#include <utility>
#include <vector>

namespace tools {
namespace json = boost::json;
namespace {

bool is_boolean_false(std::string_view text) {
    return text == "false" || text == "0" || text == "否" || text == "no" || text == "N";
}

}  // namespace

bool is_boolean_true(std::string_view text) {
    return text == "true" || text == "1" || text == "是" || text == "yes" || text == "Y";
}

json::value scalar(events::FieldType type, std::string_view text) {
    switch (type) {
        case events::FieldType::number: {
            std::int64_t number = 0;
            const auto end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data(), end, number);
            if (parsed.ec == std::errc() && parsed.ptr == end) return number;
            break;
        }
        case events::FieldType::boolean:
            if (is_boolean_true(text)) return true;
            if (is_boolean_false(text)) return false;
            break;
        case events::FieldType::date:
            return json::value(normalised_date(text));
        default:
            break;
    }
    return json::value(text);
}

json::array items_of(events::FieldType type, std::string text) {
    for (const std::string_view mark : {"；", "、"}) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.replace(at, mark.size(), ";");
        }
    }
    json::array items;
    std::stringstream in(text);
    for (std::string item; std::getline(in, item, ';');) {
        if (!item.empty()) items.push_back(scalar(type, item));
    }
    return items;
}

std::string normalised_date(std::string_view text) {
    std::string digits;
    std::vector<std::string> parts;
    const auto finish = [&] {
        if (!digits.empty()) parts.push_back(std::exchange(digits, {}));
    };
    std::string plain(text);
    for (const std::string_view mark : {"年", "月", "日"}) {
        if (const auto at = plain.find(mark); at != std::string::npos) {
            plain.replace(at, mark.size(), "-");
        }
    }
    for (const char c : plain) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c == '-' || c == '/' || c == '.') {
            finish();
        } else {
            return std::string(text);
        }
    }
    finish();
    if (parts.size() == 1 && parts[0].size() == 8) {
        parts = {parts[0].substr(0, 4), parts[0].substr(4, 2), parts[0].substr(6, 2)};
    }
    if (parts.size() != 3 || parts[0].size() != 4 || parts[1].size() > 2 || parts[2].size() > 2) {
        return std::string(text);
    }
    return fmt::format("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]);
}

}  // namespace tools
