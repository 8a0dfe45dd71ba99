// Everything on record about one person, in force or not: what a timeline shows.
#pragma once

#include <optional>
#include <vector>

#include "events/fact.h"
#include "events/ids.h"
#include "events/rules/visible.h"

namespace events {

struct TimelineFact {
    VisibleFact visible;
    std::optional<Id> allocated_to;  ///< the record that a split gave the event to
};

/// The events of the talent's streams (its own and those of records that it stands for), and those
/// of other records' streams that a split in force gave to it; by position. What a split gave to
/// another record is among them, with that record's id.
/// REQUIRES: the talent is not absorbed into another record.
std::vector<TimelineFact> person_timeline(const Id& talent, const History& history);

}  // namespace events
