// The entries of a ledger's own store, with what lies beside them: sealed parts, blocks, marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/block.h"
#include "ledger/core.h"
#include "ledger/log_pass.h"
#include "ledger/sealing.h"

namespace ledger {

/// Sums over where every revision of every stream is, the same in whatever order they come: two
/// lists of millions are compared by it, not two lists that somebody has made to deceive.
class PlaceSum {
public:
    void add(const events::Id& id, events::StreamKind kind, std::uint32_t revision,
             std::uint64_t position);
    bool operator==(const PlaceSum&) const = default;

    std::uint64_t first = 0, second = 0;
};

/// Lifetime: ledger and core must outlive it.
class FolderEntries final : public EntrySource {
public:
    /// `sealed`: look into the ciphertexts too.
    FolderEntries(const Ledger& ledger, const Core& core, bool sealed)
        : ledger_(ledger), core_(core), sealed_(sealed) {}

    base::Result<void> read(EntryTile& tile, std::size_t count) override;
    void inspect(EntryTile& tile) override;
    base::Result<std::optional<std::string>> stored(TileName name, std::size_t count) override;
    base::Result<std::optional<EntryFault>> follow(const EntryTile& tile,
                                                   const GrownTree& tree) override;

    /// Blocks that have come to their end.
    std::uint64_t blocks() const { return blocks_; }
    /// Of all events followed so far.
    const PlaceSum& places() const { return places_; }
    std::string encoded() const;
    bool decode(std::string_view bytes);

private:
    void read_blobs(EntryTile& tile);
    bool inspect_event(EntryTile& tile, std::size_t i, std::size_t& next_blob) const;
    base::Result<Opening> open_blob(const events::schema::Event& event,
                                    const events::schema::SealedPart& part,
                                    const std::string* blob) const;
    std::optional<std::string> take_block();
    std::optional<std::string> close_block(const events::schema::Event& last,
                                           const events::Hash& root);

    const Ledger& ledger_;
    const Core& core_;
    const bool sealed_;
    std::optional<EventScan> scan_;
    std::optional<storage::Cursor> blobs_;
    std::uint64_t next_ = 0;  ///< position that the scan stands before
    std::optional<BlockRecord> block_;  ///< the one that is not at its end
    std::uint64_t blocks_ = 0;
    PlaceSum places_;
    events::Hash root_before_ = empty_root();
};

}  // namespace ledger
