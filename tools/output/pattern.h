// `-o 'template={sequence} {data.payload.name}'`: one line of text for each row.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"

namespace tools {

/// Fields stand in braces; `{{` and `}}` are braces, `\n`, `\t` and `\\` what they are in C.
class Pattern {
public:
    static constexpr std::string_view prefix = "template=";

    /// Fails with `invalid` E_USAGE.
    static base::Result<Pattern> parse(std::string_view text);

    std::string line(const boost::json::object& row) const;
    const std::vector<std::string>& fields() const { return fields_; }

private:
    std::vector<std::string> texts_;  ///< around the fields: one more than there are fields
    std::vector<std::string> fields_;
};

}  // namespace tools
