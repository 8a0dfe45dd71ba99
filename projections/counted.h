// The counted views: sums over rows. No event is read.
#pragma once

#include <boost/json.hpp>

#include <functional>

#include "events/base/result.h"
#include "projections/ask.h"
#include "projections/coding.h"
#include "projections/runner.h"
#include "projections/slices.h"
#include "projections/storage/store.h"

namespace projections {

/// What a counted view is computed from.
struct Counting {
    const Ask& ask;
    const Shelves& shelves;
    const Store& store;
    const Store::Snapshot& snapshot;
    const events::CodeLists& codes;
    ReferenceShelf::Version book;
    Coding& coding;
    Slicer& slicer;

    /// Rows of a table with from <= day < upto that hold as of K.
    base::Result<void> each(Table table, const events::Period& days,
                            const std::function<void(const SignedRow&)>& visit) const;
    /// Whether two homes with this gap between are one move.
    bool is_one_move(const MoveRow& pair, events::Date start, events::Date left) const;
};

/// Rows of an answer, and how much of what was counted has regions of the scheme.
struct Counted {
    boost::json::array rows;
    std::int64_t all = 0;
    std::int64_t used = 0;
};

base::Result<Counted> count_stock(Counting& counting);
base::Result<Counted> count_flow(Counting& counting);
base::Result<Counted> count_use(Counting& counting);
base::Result<Counted> count_net_inflow(Counting& counting);

/// The earliest day there is.
inline constexpr events::Date beginning{std::numeric_limits<std::int32_t>::min()};

/// Milli-days as FTE-days, exact to 0.001.
double fte_days(std::int64_t mday);
/// `numerator / denominator` to six decimals; null if the denominator is zero.
boost::json::value ratio(double numerator, double denominator);
std::string_view type_name(MoveKind kind);
std::string_view mode_name(Word mode);

}  // namespace projections
