// A witness for other logs (C2SP tlog-witness): remembers the largest tree of each that it has
// seen, and cosigns only what continues it.
//
//   DIR/LOCK, key, logs          as of every cosigner (server/cosigner_folder.h)
//   DIR/<hex(SHA-256(origin))>   newest cosigned note of that log
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/cosigner_folder.h"
#include "server/seen_checkpoints.h"

namespace server {

/// Threads:  safe from any. Lifetime: the clock must outlive it.
class Witness {
public:
    /// Errors: those of CosignerFolder::open and SeenCheckpoints::open.
    static base::Result<std::unique_ptr<Witness>> open(const std::filesystem::path& dir,
                                                       const std::string& name,
                                                       const base::Clock& clock,
                                                       base::Random& random);

    const proof::VerifierKey& key() const { return folder_.key().verifier(); }
    std::size_t logs() const { return folder_.logs().size(); }
    /// The newest cosigned note of a log by hex(SHA-256(origin)); nothing if there is none.
    std::optional<std::string> checkpoint(std::string_view origin_hash) const;
    /// Answers as SeenCheckpoints::add, with a cosignature line.
    Response add_checkpoint(std::string_view body);

private:
    Witness(CosignerFolder folder, std::unique_ptr<SeenCheckpoints> seen, const base::Clock& clock)
        : folder_(std::move(folder)), seen_(std::move(seen)), clock_(clock) {}

    const CosignerFolder folder_;
    const std::unique_ptr<SeenCheckpoints> seen_;
    const base::Clock& clock_;
};

/// POSIX seconds of a cosignature made now.
std::uint64_t seconds_now(const base::Clock& clock);

}  // namespace server
