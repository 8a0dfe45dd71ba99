// The views there are, with the parameters and fields each of them takes.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace projections {

/// What regions are told apart by.
enum class By { region, prefecture, zone };

/// A field that rows can be filtered and split by.
enum class Field {
    category, degree, title_level, skill, sex, age_band, team, staffing,  // of the person
    section, ownership,                    // of the employer
    type, mode, team_from,                 // of a move
    kind, same_employer,                   // of an engagement
    code, talent,                          // of a breach
};
std::string_view name_of(Field field);

/// What a view takes beside effective_at and known_at.
struct ViewInfo {
    std::string_view name;
    bool has_subject = false;
    bool has_range = false;
    bool has_regions = false;  ///< by, scheme, recast
    bool has_slices = false;
    bool has_basis = false;
    bool has_personal = false;
    By by = By::zone;          ///< unless asked otherwise
    std::size_t limit = 0;     ///< rows of an answer unless asked otherwise
    std::size_t limit_max = 0;
    std::vector<Field> fields;

    static const ViewInfo* find(std::string_view name);
    static const std::vector<ViewInfo>& all();
};

}  // namespace projections
