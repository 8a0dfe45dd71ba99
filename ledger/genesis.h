// The events that a ledger records about itself, through the ordinary path.
#pragma once

#include <cstdint>

#include "events/command.h"
#include "ledger/core.h"

namespace ledger {

/// Of crypto algorithms: XAES-256-GCM, SHA-256, Ed25519.
inline constexpr std::uint8_t suite_intl = 1;

/// What a demonstration ledger writes at creation is dated 2019-01-01T00:00+08:00.
events::Instant demo_start();

/// LedgerOpened at position 0 and the schema in parts, as one command.
events::Command genesis_command(const LedgerInfo& info, base::Random& random);

/// What a start gave up.
struct LostBlock {
    std::uint64_t anchored_size = 0;
    std::uint64_t found_size = 0;
    std::uint64_t block = 0;
};
events::Command recovered_command(const LedgerInfo& info, const LostBlock& lost,
                                  base::Random& random);

/// What position 0 says. Fails with `corrupt` E_LOG_DAMAGED.
base::Result<LedgerInfo> read_info(std::string_view first_event);

}  // namespace ledger
