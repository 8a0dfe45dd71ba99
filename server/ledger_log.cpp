#include "server/ledger_log.h"

#include "ledger/proof/policy.h"
#include "ledger/published_tile.h"

namespace server {

std::uint64_t LedgerLog::size() const {
    const auto newest = notary_.published_checkpoint();
    return newest ? newest->size : 0;
}

std::string LedgerLog::verifiers() const {
    std::string out;
    for (const auto& key : notary_.verifiers()) out += key.text() + "\n";
    return out;
}

std::string LedgerLog::policy() const {
    std::string out;
    for (const auto& key : notary_.verifiers())
        if (policy_.find(key.text()) == std::string::npos) out += "log " + key.text() + "\n";
    return out + (policy_.empty() ? "quorum none\n" : policy_);
}

base::Result<std::string> LedgerLog::tile(const proof::TilePath& path) const {
    return ledger::published_tile(ledger_, path);
}

}  // namespace server
