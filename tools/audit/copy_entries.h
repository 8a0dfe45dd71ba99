// The entries of a copy of a log, as a pass over the log wants them.
#pragma once

#include "ledger/log_pass.h"
#include "tools/audit/copy_reader.h"

namespace tools {

/// Where the pass is not over the whole log, each tile is proven to be a part of the tree.
/// Lifetime: copy and reader must outlive it.
class CopyEntries final : public ledger::EntrySource {
public:
    CopyEntries(LogCopy& copy, CopyReader& reader, const proof::Hash& root, bool whole)
        : copy_(copy), reader_(reader), root_(root), whole_(whole) {}

    base::Result<void> read(ledger::EntryTile& tile, std::size_t count) override;
    base::Result<std::optional<std::string>> stored(ledger::TileName name,
                                                    std::size_t count) override;
    base::Result<std::optional<ledger::EntryFault>> follow(
        const ledger::EntryTile& tile, const ledger::GrownTree& tree) override;

private:
    LogCopy& copy_;
    CopyReader& reader_;
    const proof::Hash root_;
    const bool whole_;
};

/// Whether a failure says something of the log, and not only of the way to it.
bool is_evidence(const base::Error& error);

}  // namespace tools
