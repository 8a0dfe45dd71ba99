// What a start makes of the log it finds and the head anchor beside it (architecture.md 6).
//
//   log = anchor                    go on
//   log = anchor + 1 block          go on: the anchor's sync did not finish
//   log = anchor - 1 block          the block may have been in flight: go on, say so, record it
//   log shorter than that           refuse, naming the positions lost
//   roots differ at the same size   refuse
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "events/base/result.h"
#include "ledger/anchor.h"
#include "ledger/genesis.h"

namespace ledger {

/// Where the log ends as it was read.
struct LogEnd {
    std::uint64_t size = 0;
    std::uint64_t blocks = 0;
    std::uint64_t last_first = 0;  ///< first position of the last block
    bool cut = false;              ///< damage follows, and was given up
};

struct Verdict {
    std::optional<LostBlock> lost;  ///< to be recorded
    std::string what;               ///< one sentence, empty if there is nothing to say
};

/// Errors: `corrupt` E_LOG_LOST, E_LOG_DAMAGED, E_ANCHOR_MISSING, E_ANCHOR_DAMAGED.
base::Result<Verdict> judge(const LogEnd& log, const AnchorFile::Found& anchors,
                            const std::function<std::optional<events::Hash>(std::uint64_t)>& root);

/// Whether the log may be cut off at the damage: nothing but the last block was behind it.
bool only_last_block_damaged(const LogEnd& readable, const AnchorFile::Found& anchors);

}  // namespace ledger
