#include "tests/acceptance/naive_sheet.h"

#include <array>
#include <cmath>

#include "events/codes/code_lists.h"

namespace naive {

namespace json = boost::json;

namespace {

std::string level_of_titles(const Texts& titles) {
    constexpr std::array levels = {"senior",    "deputy_senior", "intermediate",
                                   "assistant", "junior",        "junior_lower"};
    static const auto* list = events::CodeLists::built_in().list("professional_titles");
    for (const auto* level : levels) {
        for (const auto& title : titles) {
            const auto* row = list->find(title);
            if (row != nullptr && row->find("level")->second == level) return level;
        }
    }
    return "";
}

std::string age_band(int born, int year) {
    if (born == 0) return "";
    const int age = year - born;
    if (age <= 24) return "0-24";
    if (age <= 34) return "25-34";
    if (age <= 44) return "35-44";
    if (age <= 54) return "45-54";
    if (age <= 60) return "55-60";
    return age <= 75 ? "61-75" : "76+";
}

Texts values(const Model& model, const std::string& field, const Facts& facts) {
    const auto& says = facts.person->says;
    const auto text = [&](std::optional<std::string> Says::*one) {
        return field_on(says, one, facts.day);
    };
    if (field == "category") return {text(&Says::category)};
    if (field == "degree") {
        const std::string degree = text(&Says::degree);
        return {degree.size() == 3 && degree[0] == '9' ? degree : degree.substr(0, 1)};
    }
    if (field == "title_level") {
        return {level_of_titles(field_on(says, &Says::titles, facts.day))};
    }
    if (field == "skill") {
        const Texts skills = field_on(says, &Says::skills, facts.day);
        return skills.empty() ? Texts{""} : skills;
    }
    if (field == "sex") return {std::to_string(field_on(says, &Says::sex, facts.day))};
    if (field == "age_band") {
        return {age_band(field_on(says, &Says::birth_year, facts.day), facts.day.year())};
    }
    if (field == "team" || field == "staffing") {
        if (facts.home == nullptr) return {""};
        return {field_on(facts.home->posts,
                         field == "team" ? &PostSays::team : &PostSays::staffing, facts.home_day)};
    }
    if (field == "section") {
        return {facts.employer ? model.section(*facts.employer, facts.day) : ""};
    }
    if (field == "ownership") {
        return {facts.employer ? model.ownership(*facts.employer, facts.day) : ""};
    }
    if (field == "type") return {facts.type};
    if (field == "mode") return {facts.mode};
    if (field == "team_from") return {facts.team_from};
    if (field == "kind") return {facts.kind};
    return {facts.same_employer ? "true" : "false"};
}

bool is_external(const std::string& region) {
    const bool is_code = region.find_first_not_of("0123456789") == std::string::npos;
    return region.starts_with("EXT-") || (is_code && !region.starts_with("51"));
}

}  // namespace

std::vector<Texts> Sheet::slices(const Facts& facts) const {
    for (const auto& [field, wanted] : asked_.filters) {
        bool passes = false;
        for (const auto& value : values(model_, field, facts)) {
            const std::string shown = value.empty() ? "null" : value;
            passes = passes || ("," + wanted + ",").find("," + shown + ",") != std::string::npos;
        }
        if (!passes) return {};
    }
    std::vector<Texts> out = {{}};
    for (const auto& field : asked_.slices) {
        std::vector<Texts> longer;
        for (const auto& begun : out) {
            for (const auto& value : values(model_, field, facts)) {
                longer.push_back(begun);
                longer.back().push_back(value);
            }
        }
        out = std::move(longer);
    }
    return out;
}

void Sheet::describe(const Texts& slice, json::object& row) const {
    for (std::size_t i = 0; i < slice.size(); ++i) {
        row[asked_.slices[i]] =
            slice[i].empty() ? json::value(nullptr) : json::value(slice[i]);
    }
}

const std::string& Sheet::column(const std::string& region, Date day) {
    const auto [entry, is_new] = columns_[region].try_emplace(day.days);
    if (is_new) entry->second = code(region, asked_.recast ? asked_.at : day);
    return entry->second;
}

bool Sheet::inside(const std::string& column) const {
    return column != "UNK" && column != "EXT" && !is_external(column);
}

const Scheme* Sheet::scheme(Date day) const {
    const Scheme* best = nullptr;
    for (const auto& one : model_.schemes()) {
        const bool fits = asked_.scheme.empty() ? one.from <= day && day < one.to
                                                : one.name == asked_.scheme;
        if (fits && (best == nullptr || best->from <= one.from)) best = &one;
    }
    return best;
}

std::string Sheet::scheme_name(Date day) const {
    const Scheme* found = scheme(asked_.recast ? asked_.at : day);
    return found == nullptr ? "" : found->name;
}

std::string Sheet::code(const std::string& region, Date day) const {
    if (region.empty() || region == "UNK") return "UNK";
    if (is_external(region)) return asked_.by == "region" ? region : "EXT";
    const std::string county = model_.division(region, day);
    if (asked_.by == "region") return county;
    const std::string prefecture = county.substr(0, 4) + "00";
    if (asked_.by == "prefecture") return prefecture;
    const Scheme* zones = scheme(day);
    if (zones == nullptr) return "UNK";
    const auto zone = zones->zone_of.find(prefecture);
    return zone == zones->zone_of.end() ? "UNK" : zone->second;
}

Move move_between(const Model& model, const Person& person, const Stay& before,
                  const Stay& after) {
    Move move{"", "", &before, &after};
    if (before.affiliation == after.affiliation) {
        move.type = "RELOCATION";
        return move;
    }
    for (const auto& transfer : person.transfers) {
        if (!transfer.holds()) continue;
        if (transfer.opened_home != person.affiliations[after.affiliation].position) continue;
        move.type = "TRANSFER";
        move.mode = fb::EnumNameTransferMode(transfer.mode);
        return move;
    }
    for (const Crossing& crossing : person.crossings) {
        if (before.to <= crossing.on && crossing.on <= after.from) return move;
    }
    if (after.from - before.to <= model.parameter("flow_gap_days", after.from)) {
        move.type = "OTHER";
    }
    return move;
}

Facts facts_at(const Person& person, const Stay& stay, Date day) {
    const Affiliation& home = person.affiliations[stay.affiliation];
    return {.person = &person,
            .day = day,
            .home = &home,
            .home_day = day,
            .employer = home.employer};
}

json::value ratio(double numerator, double denominator) {
    if (denominator == 0) return nullptr;
    return std::round(numerator / denominator * 1e6) / 1e6;
}

}  // namespace naive
