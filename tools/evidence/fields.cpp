#include "tools/evidence/fields.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "ledger/proof/text.h"
#include "tools/evidence/html.h"

namespace evidence {
namespace json = boost::json;
namespace {

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::string plain(const json::value& value) {
    return value.is_string() ? std::string(view(value.get_string())) : json::serialize(value);
}

std::string nested(const std::string& rows) { return "<table class=\"in\">" + rows + "</table>"; }

}  // namespace

std::string FieldRows::rows(const events::TableInfo& table, const json::object& members) const {
    std::string out;
    for (const auto& [key, member] : members) {
        const std::string_view name(key.data(), key.size());
        const auto* field = table.find(name);
        std::string label, shown;
        if (field != nullptr && field->type == events::FieldType::payload && member.is_object()) {
            // A replacement is written by the rules of the type that stands before it.
            const auto* type_name = members.if_contains(std::string(name) + "_type");
            const auto* type = type_name == nullptr
                                   ? nullptr
                                   : events::Catalogue::built_in().find(plain(*type_name));
            label = both(escaped(field->zh), escaped(field->en));
            if (type != nullptr) shown = nested(rows(*type->table, member.get_object()));
        } else if (field == nullptr) {
            const auto* type = events::Catalogue::built_in().find(plain(member));
            label = both("类型", "Type");
            shown = type == nullptr ? escaped(plain(member))
                                    : both(escaped(type->zh), escaped(type->en));
        } else {
            label = both(escaped(field->zh), escaped(field->en));
            shown = value(*field, member);
        }
        out += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", label, shown);
    }
    return out;
}

std::string FieldRows::value(const events::FieldInfo& field, const json::value& value) const {
    if (value.is_null()) {
        return "<span class=\"closed\">" + both("已密封，未附", "sealed, not included") + "</span>";
    }
    if (const auto* items = value.if_array()) {
        std::string out;
        for (const auto& item : *items) {
            out += "<div class=\"item\">" + this->value(field, item) + "</div>";
        }
        return out.empty() ? "–" : out;
    }
    if (const auto* object = value.if_object()) {
        return field.table != nullptr ? nested(rows(*field.table, *object))
                                      : escaped(json::serialize(value));
    }
    if (value.is_bool()) return value.get_bool() ? both("是", "yes") : both("否", "no");
    return text(field, plain(value));
}

std::string FieldRows::text(const events::FieldInfo& field, std::string_view text) const {
    if (!field.code_list.empty()) return coded(field, text);
    switch (field.type) {
        case events::FieldType::id:
            return named_id(text);
        case events::FieldType::event:
            return reference(text);
        case events::FieldType::digest:
        case events::FieldType::bytes:
        case events::FieldType::symbol:
            return "<code>" + escaped(text) + "</code>";
        default:
            break;
    }
    auto out = escaped(text);
    if (field.unit == "permille") return out + " ‰";
    return field.unit.empty() ? out : out + " " + escaped(field.unit);
}

std::string FieldRows::coded(const events::FieldInfo& field, std::string_view code) const {
    const auto* name = names_.find(field.code_list, code);
    if (name == nullptr) return escaped(code);
    return both(escaped(name->zh), escaped(name->en)) + " <small>" + escaped(code) + "</small>";
}

std::string FieldRows::named_id(std::string_view id) const {
    const auto found = known_.find(std::string(id));
    const auto code = "<code>" + escaped(id) + "</code>";
    return found == known_.end() ? code : escaped(found->second) + " " + code;
}

std::string FieldRows::reference(std::string_view text) const {
    const auto number = text.substr(0, text.find(':'));
    const auto position = proof::decimal(number);
    if (!position || !shown_.contains(*position)) return "<code>" + escaped(text) + "</code>";
    return fmt::format("<a href=\"#e{0}\">#{0}</a>", *position);
}

}  // namespace evidence
