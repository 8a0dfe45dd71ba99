#include "server/ledger_log.h"

#include "ledger/proof/entry_bundle.h"
#include "ledger/proof/policy.h"
#include "ledger/prover.h"

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
    if (!path.entries) return ledger_.prover().tile({path.level, path.index}, path.width);
    std::string bundle;
    const std::uint64_t first = path.index * proof::tile_width;
    auto scan = ledger_.scan({first}, {first + path.width});
    for (;;) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) return bundle;
        proof::append_entry(bundle, scan.bytes());
    }
}

}  // namespace server
