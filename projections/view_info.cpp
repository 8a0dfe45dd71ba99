#include "projections/view_info.h"

#include <array>

namespace projections {

namespace {

constexpr std::array<std::string_view, 17> field_names = {
    "category", "degree", "title_level", "skill",   "sex",
    "age_band", "team",   "staffing",    "section", "ownership",
    "type",     "mode",   "team_from",   "kind",    "same_employer",
    "code",     "talent"};

const std::vector<Field> person_fields = {
    Field::category, Field::degree, Field::title_level, Field::skill,   Field::sex,
    Field::age_band, Field::team,   Field::staffing,    Field::section, Field::ownership};

std::vector<Field> with(std::vector<Field> more) {
    more.insert(more.end(), person_fields.begin(), person_fields.end());
    return more;
}

std::vector<ViewInfo> make_views() {
    constexpr std::size_t rows = 10'000;
    constexpr std::size_t rows_max = 1'000'000;
    ViewInfo dossier{.name = "dossier",
                     .has_subject = true,
                     .has_personal = true,
                     .limit = rows,
                     .limit_max = rows_max,
                     .fields = {}};
    ViewInfo roster{
        .name = "roster", .has_subject = true, .limit = 200, .limit_max = 10'000, .fields = {}};
    ViewInfo stock{.name = "stock",
                   .has_regions = true,
                   .by = By::prefecture,
                   .limit = rows,
                   .limit_max = rows_max,
                   .fields = person_fields};
    ViewInfo flow{.name = "flow-matrix",
                  .has_range = true,
                  .has_regions = true,
                  .limit = rows,
                  .limit_max = rows_max,
                  .fields = with({Field::type, Field::mode, Field::team_from})};
    ViewInfo use{.name = "use-matrix",
                 .has_range = true,
                 .has_regions = true,
                 .has_basis = true,
                 .limit = rows,
                 .limit_max = rows_max,
                 .fields = with({Field::kind, Field::same_employer})};
    ViewInfo net{.name = "net-inflow",
                 .has_range = true,
                 .has_regions = true,
                 .limit = rows,
                 .limit_max = rows_max,
                 .fields = person_fields};
    ViewInfo calendar{.name = "calendar",
                      .has_subject = true,
                      .has_range = true,
                      .limit = rows,
                      .limit_max = rows_max,
                      .fields = {}};
    for (ViewInfo* view : {&stock, &flow, &use, &net}) view->has_slices = true;
    ViewInfo breaches{.name = "breaches",
                      .limit = rows,
                      .limit_max = rows_max,
                      .fields = {Field::code, Field::talent}};
    return {dossier, roster, stock, flow, use, net, calendar, breaches};
}

}  // namespace

std::string_view name_of(Field field) {
    return field_names[static_cast<std::size_t>(field)];
}

const std::vector<ViewInfo>& ViewInfo::all() {
    static const std::vector<ViewInfo> views = make_views();
    return views;
}

const ViewInfo* ViewInfo::find(std::string_view name) {
    for (const ViewInfo& view : all()) {
        if (view.name == name) return &view;
    }
    return nullptr;
}

}  // namespace projections
