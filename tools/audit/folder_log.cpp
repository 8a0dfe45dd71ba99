#include "tools/audit/folder_log.h"

#include <fmt/format.h>

#include "ledger/published_tile.h"

namespace tools {

FolderLog::FolderLog(const ledger::Ledger& ledger, const std::filesystem::path& signing,
                     std::string where)
    : ledger_(ledger),
      where_(std::move(where)),
      signing_(ledger::SigningFolder::look(signing)) {}

base::Result<const ledger::SigningFolder*> FolderLog::signing() const {
    if (!signing_) return signing_.error();
    return signing_->get();
}

base::Result<std::string> FolderLog::checkpoint() {
    const auto folder = signing();
    if (!folder) return folder.error();
    const auto& published = (*folder)->published();
    if (!published.empty()) return published;
    if (!(*folder)->checkpoint().empty()) return (*folder)->checkpoint();
    return base::Error{base::Fault::not_found, "E_NO_CHECKPOINT",
                       where_ + " has no signed checkpoint"};
}

base::Result<std::string> FolderLog::tile(const proof::TilePath& path) {
    if (proof::width_in(path, ledger_.head().size) < path.width) {
        return base::Error{base::Fault::not_found, "E_NO_TILE",
                           fmt::format("{} has no {}", where_, path.text())};
    }
    return ledger::published_tile(ledger_, path);
}

base::Result<std::vector<proof::VerifierKey>> FolderLog::verifiers() {
    const auto folder = signing();
    if (!folder) return folder.error();
    return (*folder)->verifiers();
}

base::Result<std::string> FolderLog::policy() {
    const auto keys = verifiers();
    if (!keys) return keys.error();
    std::string out;
    for (const auto& key : *keys) out += "log " + key.text() + "\n";
    return out + "quorum none\n";
}

}  // namespace tools
