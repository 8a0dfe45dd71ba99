// The log in the data folder of a stopped server.
#pragma once

#include <memory>

#include "ledger/ledger.h"
#include "ledger/signing_folder.h"
#include "tools/audit/log_copy.h"

namespace tools {

/// The tree is the whole log's, which may be longer than what was published.
/// Lifetime: the ledger must outlive it.
class FolderLog final : public LogCopy {
public:
    /// A copy without its signing folder has no checkpoint and no keys; the rest can be read.
    FolderLog(const ledger::Ledger& ledger, const std::filesystem::path& signing,
              std::string where);

    base::Result<std::string> checkpoint() override;
    base::Result<std::string> tile(const proof::TilePath& path) override;
    base::Result<std::vector<proof::VerifierKey>> verifiers() override;
    base::Result<std::string> policy() override;
    std::string describe() const override { return where_; }

    const ledger::Ledger& ledger() const { return ledger_; }
    base::Result<const ledger::SigningFolder*> signing() const;

private:
    const ledger::Ledger& ledger_;
    const std::string where_;
    const base::Result<std::unique_ptr<ledger::SigningFolder>> signing_;
};

}  // namespace tools
