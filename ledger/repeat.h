// A command that was recorded before gets its first receipt again, and nothing else happens.
#pragma once

#include "events/command.h"
#include "events/fact.h"
#include "ledger/core.h"
#include "ledger/receipt.h"

namespace ledger {

/// The receipt of the recorded command at `where`, if this one has the same body. Of one that is
/// not durable yet the bytes are made first, so whoever decides leaves that to later.
/// Errors: `refused` E_COMMAND_REUSED for another body; those of events that cannot be read.
base::Result<Receipt> repeat(const Core& core, const events::Command& command,
                             const events::History::Block& where);

}  // namespace ledger
