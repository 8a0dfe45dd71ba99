// From a folder to a running core: locks, keys, log, recovery, what is derived. Internal.
#pragma once

#include <memory>
#include <optional>

#include "ledger/core.h"
#include "ledger/genesis.h"

namespace ledger {

struct Opened {
    std::unique_ptr<Core> core;
    bool fresh = false;             ///< genesis is still to be recorded
    std::optional<LostBlock> lost;  ///< still to be recorded
};

/// Errors: as Ledger::open.
base::Result<Opened> open_core(Ledger::Options options, const base::Clock& clock,
                               base::Random& random);

}  // namespace ledger
