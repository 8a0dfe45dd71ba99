#include "projections/traits.h"

#include <array>
#include <charconv>

namespace projections {

namespace {

// Highest first; the names of professional_titles' column `level`.
constexpr std::array<std::string_view, 6> title_levels = {
    "senior", "deputy_senior", "intermediate", "assistant", "junior", "junior_lower"};
constexpr int no_title = static_cast<int>(title_levels.size());
constexpr char field_end = '\x1f';

/// `201` (doctor of philosophy) counts as `2`; 998 and 999 are levels of their own.
std::string_view degree_level(std::string_view degree) {
    if (degree.size() == 3 && degree.front() == '9') return degree;
    return degree.substr(0, 1);
}

std::string_view next_field(std::string_view& rest) {
    const std::size_t end = rest.find(field_end);
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

int whole_number(std::string_view text) {
    int out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

void append_number(std::string& out, int value) {
    char buffer[12];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
    out.push_back(field_end);
}

void append_text(std::string& out, std::string_view text) {
    out.append(text);
    out.push_back(field_end);
}

}  // namespace

Traits Traits::unpack(std::string_view packed) {
    Traits out;
    out.category = next_field(packed);
    out.degree = next_field(packed);
    out.title_level = next_field(packed);
    out.sex = whole_number(next_field(packed));
    out.birth_year = whole_number(next_field(packed));
    out.team = next_field(packed);
    out.staffing = whole_number(next_field(packed));
    while (!packed.empty()) out.skills.emplace_back(next_field(packed));
    return out;
}

std::string_view TraitsPacker::pack(const events::Person& person, const events::Affiliation* home,
                                    events::Date day) {
    static const events::Particulars unknown;
    const events::Particulars* found = person.particulars_on(day);
    // A home may begin before the registration takes effect; the first particulars then serve.
    if (found == nullptr && !person.particulars.empty()) found = &person.particulars.front();
    const events::Particulars& known = found != nullptr ? *found : unknown;

    int rank = no_title;
    for (const auto& title : known.titles) rank = std::min(rank, title_rank(title));
    packed_.clear();
    append_text(packed_, known.category);
    append_text(packed_, degree_level(known.degree));
    append_text(packed_, rank == no_title ? "" : title_levels[static_cast<std::size_t>(rank)]);
    append_number(packed_, known.sex);
    append_number(packed_, known.birth_year);
    append_text(packed_, home != nullptr ? std::string_view(home->post_on(day).team) : "");
    append_number(packed_, home != nullptr ? static_cast<int>(home->post_on(day).staffing) : 0);
    for (const auto& skill : known.skills) append_text(packed_, skill);
    return packed_;
}

int TraitsPacker::title_rank(const std::string& code) {
    const auto [entry, is_new] = ranks_.emplace(code, no_title);
    if (!is_new) return entry->second;
    const events::CodeList* list = codes_->list("professional_titles");
    const events::Row* row = list != nullptr ? list->find(code) : nullptr;
    if (row == nullptr) return no_title;
    const auto level = row->find("level");
    for (int rank = 0; level != row->end() && rank < no_title; ++rank) {
        if (level->second == title_levels[static_cast<std::size_t>(rank)]) entry->second = rank;
    }
    return entry->second;
}

}  // namespace projections
