// The ledger as a public log.
#pragma once

#include "ledger/ledger.h"
#include "ledger/notary.h"
#include "server/log_source.h"

namespace server {

/// Lifetime: everything handed in must outlive it.
class LedgerLog final : public LogSource {
public:
    /// `policy`: the text of the configured policy file, to which the log's own keys are added
    /// where they are missing; empty for one without witnesses.
    LedgerLog(const ledger::Ledger& ledger, const ledger::Notary& notary, std::string policy)
        : ledger_(ledger), notary_(notary), policy_(std::move(policy)) {}

    std::string checkpoint() const override { return notary_.published(); }
    std::uint64_t size() const override;
    std::string verifiers() const override;
    std::string policy() const override;
    base::Result<std::string> tile(const proof::TilePath& path) const override;

private:
    const ledger::Ledger& ledger_;
    const ledger::Notary& notary_;
    const std::string policy_;
};

}  // namespace server
