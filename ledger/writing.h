// From decided events to bytes: sealing, encoding, hashing. Internal to the clerk and the scribe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"
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
    VaultChanges keys;
    events::Hash salt{};
};

/// Whether every event will fit once it is sealed. Fails with `invalid` E_EVENT_TOO_LARGE.
base::Result<void> check_sizes(events::EventEncoder& encoder, const events::Command& command,
                               const std::vector<events::Placement>& placements);

/// Seals and encodes every draft. Fails as the vault does. REQUIRES: the sizes were checked.
base::Result<Written> write_events(Core& core, base::Random& random, events::EventEncoder& encoder,
                                   const events::Command& command,
                                   const std::vector<events::Placement>& placements);

/// SHA-256(salt ‖ canonical command).
events::Hash body_mac(const events::Hash& salt, const events::Command& command);

}  // namespace ledger
