// Changes that the synthetic years do not hold, recorded behind them: employers that change and
// merge, posts, calendars, longer and other schedules, records joined and parted with allocations,
// dates put right.
#pragma once

#include <map>
#include <random>
#include <string>

#include "tests/acceptance/loaded_ledger.h"
#include "tests/acceptance/naive.h"

namespace acceptance {

/// Records them and says how many of each kind the rules let pass. `model` knows the whole log.
std::map<std::string, int> record_late_changes(LoadedLedger& loaded, const naive::Model& model,
                                               std::mt19937_64& random);

}  // namespace acceptance
