// A question with its parameters read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/dates.h"
#include "ledger/ledger.h"
#include "projections/views.h"

namespace projections {

/// What regions are told apart by.
enum class By { region, prefecture, zone };

/// A field that rows can be filtered and split by.
enum class Field {
    category, degree, title_level, skill, sex, age_band, team, staffing,  // of the person
    section, ownership,                    // of the employer
    type, mode, team_from,                 // of a move
    kind, same_employer,                   // of an engagement
};
std::string_view name_of(Field field);

struct Filter {
    Field field;
    std::vector<std::string> values;  ///< any of them; `null` for "not known"
};

struct Ask {
    std::string view;
    std::string subject;
    events::Date effective_at;
    std::uint64_t size = 0;      ///< the first so many events are known (K)
    std::string known_at;        ///< as answered
    events::Period range;        ///< from, to
    By by = By::zone;
    std::string scheme;          ///< empty: the one in force
    bool recast = false;
    bool planned = false;        ///< basis
    bool personal = false;
    std::vector<Filter> filters;
    std::vector<Field> slices;
    std::size_t limit = 0;
    std::string cursor;
};

/// What a view takes beside effective_at and known_at.
struct ViewInfo {
    std::string_view name;
    bool has_subject = false;
    bool has_range = false;
    bool has_regions = false;  ///< by, scheme, recast
    /// Net inflow compares stocks and moves of the same people: it is filtered, but not split.
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

/// `position`: events folded into the views; K is at most that.
base::Result<Ask> read_question(const Question& question, const ledger::Ledger& ledger,
                                std::uint64_t position);

}  // namespace projections
