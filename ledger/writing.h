// From decided events to bytes: sealing, encoding, hashing. Internal to the clerk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "events/command.h"
#include "events/event.h"
#include "ledger/block.h"
#include "ledger/core.h"

namespace ledger {

/// The events of one command, ready to be recorded together.
struct Written {
    std::vector<std::shared_ptr<const std::string>> events;
    std::vector<events::Hash> leaves;
    std::vector<Block::Blob> blobs;
    VaultChanges vault;
    events::Hash salt{};
};

/// Seals and encodes every draft. On failure nothing of it stays in the vault.
/// Fails with `invalid` E_EVENT_TOO_LARGE, or as the vault does.
base::Result<Written> write_events(Core& core, events::EventEncoder& encoder,
                                   const events::Command& command,
                                   const std::vector<events::Placement>& placements);

/// SHA-256(salt ‖ canonical command).
events::Hash body_mac(const events::Hash& salt, const events::Command& command);

}  // namespace ledger
