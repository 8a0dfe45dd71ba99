// A block: the commands committed together. The unit of sync and of recovery.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/command.h"
#include "events/dates.h"
#include "events/fact.h"
#include "ledger/index.h"
#include "ledger/receipt.h"
#include "ledger/registrar.h"
#include "ledger/tree.h"
#include "ledger/vault.h"

namespace ledger {

/// What the log keeps of a block. Encoded under the block's number, from 0:
///
///   format u8 | generation u32 | first u64 | count u32 | time i64 | root before (32)
///   | root after (32) | SHA-256 of the side section (32) | owners u16, then for each:
///   position u64 | index u16 | release u8 | owner (16) | code length u8 | code
struct BlockRecord {
    std::uint32_t generation = 1;
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    events::Instant time;  ///< recorded_at of the last event
    events::Hash root_before{};
    events::Hash root_after{};
    events::Hash side_section{};  ///< of nothing, on one node
    std::vector<OwnerChange> owners;

    std::string encoded() const;
    static std::optional<BlockRecord> decode(std::string_view bytes);
};

/// A block on its way to the disk.
struct Block {
    struct Blob {
        std::uint64_t position;
        std::uint16_t index;
        std::string bytes;
    };
    /// A command that was recorded before, in this block or an earlier one.
    struct Repeated {
        events::Command command;
        events::History::Block where;
    };
    struct Outcome {
        Registrar::Answer answer;
        base::Result<Receipt> result;
        bool recorded = false;               ///< in this block
        std::unique_ptr<Repeated> repeated;  ///< then `result` comes when the block is written out
    };
    /// What the scribe has made of it so far.
    struct Written {
        std::vector<std::shared_ptr<const std::string>> events;
        std::vector<events::Hash> leaves;
        std::vector<Blob> blobs;
        VaultChanges keys;
    };

    VaultChanges vault;
    std::vector<Outcome> outcomes;  ///< told once the block is durable
    Written written;                ///< the scribe's alone until the block is complete
    // Set when the block is closed; roots, tiles and leaves of receipts when it is complete.
    std::uint64_t number = 0;
    std::uint64_t previous_size = 0;
    BlockRecord record;
    std::vector<Tile> tiles;
    bool complete = false;
};

/// Keys of the log's parts (docs/data_layout.md).
std::string position_key(std::uint64_t position);
std::string blob_key(std::uint64_t position, std::uint16_t index);
std::string tile_key(TileName tile);

}  // namespace ledger
