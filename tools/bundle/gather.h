// Gathers the contents of an evidence pack.
#pragma once

#include <functional>

#include "events/base/result.h"
#include "tools/bundle/supply.h"
#include "tools/evidence/pack.h"

namespace tools {

struct Gathering {
    evidence::Manifest manifest;  ///< program, made_at and asked; `upto` past the log is cut
    bool personal = true;         ///< open what the supply gives
};

/// Tells how many events have been fetched, of how many.
using GatherProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// What was asked, the first event of the log, and the registrations of the employers named.
/// Errors: those of the supply; `not_found` E_NO_STREAM where a person or stream has no event under
/// the checkpoint; `invalid` E_PACK_TOO_LARGE.
base::Result<evidence::Contents> gather(Supply& supply, Gathering what,
                                        const GatherProgress& progress);

}  // namespace tools
