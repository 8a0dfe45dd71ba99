// How the columns of a CSV file become commands: read from a TOML file.
//
//   type = "TalentRegistered"             # or several [[event]] tables: one command per row
//   [columns]                             # heading = catalogue path, or a member of the envelope
//   "姓名" = "name.zh"
//   "生效日期" = "effectivefrom"
//   [constants]                           # path = value
//   "doc.kind" = "111"
//   legal_basis = "STATUTORY_DUTY"
//   subject = "$row"                      # an id of this row's own, the same on every retry
//   [values."性别"]                       # heading: what stands in the file = what is meant
//   "男" = "1"
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/catalogue.h"
#include "events/ids.h"

namespace tools {

class Mapping {
public:
    struct Part {
        const events::TypeInfo* type = nullptr;
        std::vector<std::pair<std::string, std::string>> columns;    ///< heading, path
        std::vector<std::pair<std::string, std::string>> constants;  ///< path, value
    };

    /// Fails with `invalid` E_BAD_MAPPING naming line and column, or the unknown type or path with
    /// the nearest known one.
    static base::Result<Mapping> parse(std::string_view toml, const events::Catalogue& catalogue);

    /// Checks that every mapped heading is there.
    base::Result<void> check_heading(const std::vector<std::string>& heading) const;

    /// What a row becomes.
    struct Made {
        std::string json;                             ///< one CloudEvent or an array
        std::map<std::string, std::string> headings;  ///< JSON pointer → heading
    };
    /// `row_id` names the row: `$row` and, unless a column gives it, the command.
    Made make(const std::vector<std::string>& heading, const std::vector<std::string>& cells,
              const events::Id& command, const events::Id& row_id) const;

    const std::vector<Part>& parts() const { return parts_; }

private:
    std::vector<Part> parts_;
    std::map<std::string, std::map<std::string, std::string>> values_;  ///< heading → replacements
};

}  // namespace tools
