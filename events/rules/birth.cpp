#include "events/rules/birth.h"

#include <simdjson.h>

namespace events {

std::optional<std::string> personal_text(const Draft& draft, std::string_view path) {
    const auto* field = draft.find_personal(path);
    if (!field) return std::nullopt;
    const std::string_view json = field->json;
    const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
    if (quoted && json.find('\\') == std::string_view::npos) {
        return std::string(json.substr(1, json.size() - 2));
    }
    simdjson::dom::parser parser;
    const auto parsed = parser.parse(simdjson::padded_string(json));
    std::string_view text;
    if (parsed.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return std::string(text);
}

std::optional<Date> personal_date(const Draft& draft, std::string_view path) {
    const auto text = personal_text(draft, path);
    return text ? Date::parse(*text) : std::nullopt;
}

int birth_year_of(const Person& person) {
    return person.particulars.empty() ? 0 : person.particulars.back().birth_year;
}

base::Result<void> require_born(const Person& person, Date day) {
    const auto born = birth_year_of(person);
    if (born == 0 || day.year() >= born) return {};
    return refusal("E_DATE_ORDER", "The effective date lies before the year of birth.");
}

base::Result<void> require_issued(const Deciding& deciding, Date issued) {
    const auto ahead = issued - deciding.moment.today;
    if (ahead <= deciding.parameter("issue_future_days")) return {};
    return refusal("E_DATE_ORDER", "The date of issue lies in the future.");
}

}  // namespace events
