// One figure that tells whether two sets of views say the same.
#pragma once

#include <map>
#include <string>

#include "events/base/result.h"
#include "events/ids.h"
#include "projections/runner.h"
#include "projections/storage/store.h"

namespace projections {

/// SHA-256 over the net rows of each counted view, dictionary words written out, in order of day
/// and content. Rows that cancel each other leave no trace, so it does not matter in how many
/// steps the views came to say what they say.
base::Result<std::map<std::string, events::Hash>> digests_of(const Store& store,
                                                             const Store::Snapshot& snapshot,
                                                             const Dictionaries& words);

}  // namespace projections
