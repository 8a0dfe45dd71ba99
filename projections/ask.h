// A question with its parameters read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/dates.h"
#include "ledger/ledger.h"
#include "projections/view_info.h"
#include "projections/views.h"

namespace projections {

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

/// `position`: events folded into the views; K is at most that.
base::Result<Ask> read_question(const Question& question, const ledger::Ledger& ledger,
                                std::uint64_t position);

}  // namespace projections
