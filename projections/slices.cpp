#include "projections/slices.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "events/schema/event_generated.h"

namespace projections {

namespace {

constexpr char value_end = '\x1e';

struct AgeBand {
    int least;
    std::string_view name;
};
constexpr std::array<AgeBand, 7> age_bands = {{{76, "76+"},
                                               {61, "61-75"},
                                               {55, "55-60"},
                                               {45, "45-54"},
                                               {35, "35-44"},
                                               {25, "25-34"},
                                               {0, "0-24"}}};

template <class Enum>
std::string symbol(Enum value, const char* (*name)(Enum)) {
    return value == Enum{} ? std::string() : std::string(name(value));
}

}  // namespace

std::string_view age_band(int birth_year, int year) {
    if (birth_year == 0) return {};
    for (const AgeBand& band : age_bands) {
        if (year - birth_year >= band.least) return band.name;
    }
    return {};
}

void Slicer::describe(Slice slice, boost::json::object& row) const {
    std::string_view rest = keys_[slice];
    for (Field field : ask_.slices) {
        const std::size_t end = rest.find(value_end);
        const std::string_view value = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        row[name_of(field)] =
            value.empty() ? boost::json::value(nullptr) : boost::json::value(value);
    }
}

bool Slicer::asks(Field field) const {
    return std::find(ask_.slices.begin(), ask_.slices.end(), field) != ask_.slices.end() ||
           std::any_of(ask_.filters.begin(), ask_.filters.end(),
                       [&](const Filter& filter) { return filter.field == field; });
}

std::vector<events::Date> Slicer::turning_days(Word employer_place,
                                               const events::Period& range) const {
    std::vector<events::Date> out;
    const auto add = [&](events::Date day) {
        if (range.from < day && day < range.to) out.push_back(day);
    };
    if (asks(Field::age_band)) {
        for (int year = range.from.year() + 1; year <= range.to.year(); ++year) {
            add(events::Date::of(year, 1, 1));
        }
    }
    if (asks(Field::section) || asks(Field::ownership)) {
        if (const auto employer = coding_.employer(employer_place)) {
            for (const auto& particulars : employer->particulars) add(particulars.from);
        }
    }
    return out;
}

bool Slicer::passes(const RowFacts& facts) {
    return std::all_of(ask_.filters.begin(), ask_.filters.end(), [&](const Filter& filter) {
        const std::vector<std::string> has = values(filter.field, facts);
        return std::any_of(filter.values.begin(), filter.values.end(), [&](const auto& wanted) {
            const std::string value = wanted == "null" ? "" : wanted;
            return std::find(has.begin(), has.end(), value) != has.end();
        });
    });
}

void Slicer::extend(std::vector<std::string>& keys, Field field, const RowFacts& facts) {
    const std::vector<std::string> has = values(field, facts);
    std::vector<std::string> longer;
    for (const auto& key : keys) {
        for (const auto& value : has) longer.push_back(key + value + value_end);
    }
    keys = std::move(longer);
}

std::vector<std::string> Slicer::values(Field field, const RowFacts& facts) {
    const Traits& person = traits(facts.traits);
    const auto& texts = shelves_.words.texts;
    switch (field) {
        case Field::category:
            return {person.category};
        case Field::degree:
            return {person.degree};
        case Field::title_level:
            return {person.title_level};
        case Field::skill:
            return person.skills.empty() ? std::vector<std::string>{""} : person.skills;
        case Field::sex:
            return {std::to_string(person.sex)};
        case Field::age_band:
            return {std::string(age_band(person.birth_year, facts.day.year()))};
        case Field::team:
            return {person.team};
        case Field::staffing:
            return {symbol(static_cast<events::schema::Staffing>(person.staffing),
                           events::schema::EnumNameStaffing)};
        case Field::section:
            return {coding_.section(facts.employer_place, facts.day)};
        case Field::ownership:
            return {symbol(coding_.ownership(facts.employer_place, facts.day),
                           events::schema::EnumNameOwnership)};
        case Field::type:
            return {std::string(facts.type)};
        case Field::mode:
            return {std::string(facts.mode)};
        case Field::team_from:
            return {std::string(texts.text(facts.team_from))};
        case Field::kind:
            return {std::string(texts.text(facts.kind))};
        case Field::same_employer:
            return {facts.same_employer ? "true" : "false"};
        case Field::code:
        case Field::talent:
            break;  // no counted view has them
    }
    return {""};
}

const Traits& Slicer::traits(Word word) {
    const auto [entry, is_new] = traits_.try_emplace(word);
    if (is_new) entry->second = Traits::unpack(shelves_.words.traits.text(word));
    return entry->second;
}

Slice Slicer::slice_of(const std::string& key) {
    const auto [entry, is_new] = slices_.emplace(key, static_cast<Slice>(keys_.size()));
    if (is_new) keys_.push_back(key);
    return entry->second;
}

}  // namespace projections
