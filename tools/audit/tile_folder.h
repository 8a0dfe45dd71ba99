// A folder of files as /log/ has them: checkpoint, tile/..., and where it was fetched with them
// vkey and policy. `talentctl log fetch` makes one; so does any mirror of tiles.
#pragma once

#include <filesystem>

#include "tools/audit/log_copy.h"

namespace tools {

class TileFolder final : public LogCopy {
public:
    explicit TileFolder(std::filesystem::path dir) : dir_(std::move(dir)) {}
    /// Whether a folder looks like one.
    static bool is_one(const std::filesystem::path& dir);

    base::Result<std::string> checkpoint() override;
    base::Result<std::string> tile(const proof::TilePath& path) override;
    base::Result<std::vector<proof::VerifierKey>> verifiers() override;
    base::Result<std::string> policy() override;
    std::string describe() const override { return dir_.string(); }

private:
    base::Result<std::string> read(const std::string& name, const char* code) const;

    const std::filesystem::path dir_;
};

}  // namespace tools
