#include "tools/audit/fetching_log.h"

#include <fmt/format.h>

#include <fstream>

#include "ledger/durable_file.h"

namespace tools {
namespace fs = std::filesystem;

/// Whole or not at all, but not synced: what a crash takes is fetched again.
base::Result<void> FetchingLog::keep(const std::string& name, std::string_view bytes) const {
    const auto path = dir_ / name;
    const auto fresh = path.string() + ".new";
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    std::ofstream out(fresh, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (out) fs::rename(fresh, path, failed);
    if (out && !failed) return {};
    return base::Error{base::Fault::storage, "E_STORAGE",
                       fmt::format("{} cannot be written", path.string())};
}

base::Result<std::string> FetchingLog::tile(const proof::TilePath& path) {
    std::error_code ignored;
    if (fs::exists(dir_ / path.text(), ignored)) return kept_.tile(path);
    auto bytes = source_.tile(path);
    if (!bytes) return bytes;
    if (auto done = keep(path.text(), *bytes); !done) return done.error();
    ++fetched_;
    return bytes;
}

base::Result<void> FetchingLog::seal(std::string_view note) {
    const auto keys = source_.verifiers();
    if (!keys) return keys.error();
    std::string lines;
    for (const auto& key : *keys) lines += key.text() + "\n";
    if (auto done = keep("vkey", lines); !done) return done.error();
    const auto policy = source_.policy();
    if (!policy) return policy.error();
    if (auto done = keep("policy", *policy); !done) return done.error();
    std::error_code ignored;
    fs::create_directories(dir_ / "tile", ignored);
    return ledger::replace_file(fs::absolute(dir_) / "checkpoint", note);
}

}  // namespace tools
