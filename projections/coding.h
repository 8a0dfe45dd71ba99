// Which column of a matrix a region belongs to: county, prefecture or zone, as coded then or
// recast.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/base/result.h"
#include "events/rules/reference_book.h"
#include "projections/ask.h"
#include "projections/employer_book.h"
#include "projections/runner.h"

namespace projections {

/// Number of a column in the order of first use.
using Column = std::uint32_t;

/// Columns of one answer.
///
/// As coded then: divisions and zones are those valid on the counted fact's own day. Recast: those
/// valid on effective_at. A named scheme is used for every day; without one the scheme in force.
/// Regions outside the province are `EXT` (by region: their own code), unknown ones `UNK`.
///
/// Threads: one thread owns it.
class Coding {
public:
    /// Fails with `invalid` E_BAD_PARAMETER if the scheme is not known as of K.
    static base::Result<Coding> make(const Ask& ask, const Shelves& shelves);

    Column of_region(std::string_view region, events::Date day);
    /// Of the employer's site as known at K.
    Column of_place(Word place, events::Date day);

    const std::string& name(Column column) const { return names_[column]; }
    std::size_t columns() const { return names_.size(); }
    /// Whether the column is a region of the scheme: not EXT, not UNK, not outside the province.
    bool counts(Column column) const { return counts_[column]; }

    /// Days inside (from, upto) on which the coding changes, in order.
    std::vector<events::Date> changes_in(const events::Period& range) const;
    /// The scheme as answered: the named one, else the one in force on `day`; empty if none.
    std::string scheme_name(events::Date day) const;
    events::schema::Ownership ownership(Word place, events::Date day) const;
    /// Industry section of the employer; empty if not known.
    std::string section(Word place, events::Date day) const;
    EmployerBook::Version employer(Word place) const;

private:
    Coding() = default;
    Column column(std::string name, bool counts);
    Column code(std::string_view region, events::Date day);
    std::size_t epoch(events::Date day) const;
    std::string_view region_of(Word place) const;

    const Ask* ask_ = nullptr;
    const Shelves* shelves_ = nullptr;
    ReferenceShelf::Version book_;
    const events::ReferenceBook::ZoneScheme* scheme_ = nullptr;  ///< the named one
    std::vector<events::Date> changes_;  ///< days on which the coding may change
    std::vector<std::string> names_;
    std::vector<bool> counts_;
    std::unordered_map<std::string, Column> by_name_;
    std::vector<std::unordered_map<std::string, Column>> by_region_;  ///< per epoch
    std::vector<std::vector<Column>> by_place_;                       ///< per epoch
};

}  // namespace projections
