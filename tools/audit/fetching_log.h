// A log that is being copied into a folder of tiles: what is there is read there, what is not is
// fetched and kept.
#pragma once

#include <filesystem>

#include "tools/audit/tile_folder.h"

namespace tools {

/// A run that was stopped goes on where it was, since every file is there whole or not at all. The
/// checkpoint comes last (`seal`): until then the folder is no copy of anything.
/// Lifetime: the source must outlive it.
class FetchingLog final : public LogCopy {
public:
    FetchingLog(LogCopy& source, const std::filesystem::path& dir)
        : source_(source), dir_(dir), kept_(dir) {}

    base::Result<std::string> checkpoint() override { return source_.checkpoint(); }
    base::Result<std::string> tile(const proof::TilePath& path) override;
    base::Result<std::vector<proof::VerifierKey>> verifiers() override {
        return source_.verifiers();
    }
    base::Result<std::string> policy() override { return source_.policy(); }
    std::string describe() const override { return source_.describe(); }

    /// Keys, policy, and last of all the checkpoint.
    base::Result<void> seal(std::string_view note);
    std::uint64_t fetched() const { return fetched_; }

private:
    base::Result<void> keep(const std::string& name, std::string_view bytes) const;

    LogCopy& source_;
    const std::filesystem::path dir_;
    TileFolder kept_;
    std::uint64_t fetched_ = 0;
};

}  // namespace tools
