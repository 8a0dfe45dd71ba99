// Where a person's full-time home was, day by day: one line without overlaps.
#pragma once

#include <vector>

#include "events/dates.h"
#include "events/rules/person.h"

namespace projections {

/// The home stayed at one site of one affiliation for these days.
struct HomePiece {
    events::Period period;
    const events::Affiliation* home = nullptr;
    events::Id site;
};

/// The pieces in order of time. The rules allow one home at a time; should two overlap all the
/// same, the later one counts from its start, so that nobody is counted twice.
/// Lifetime: points into the person.
std::vector<HomePiece> home_line(const events::Person& person);

/// The piece that holds on `day`; null if none does.
const HomePiece* piece_on(const std::vector<HomePiece>& line, events::Date day);

}  // namespace projections
