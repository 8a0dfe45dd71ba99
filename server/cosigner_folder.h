// The folder of somebody who cosigns other people's logs: a witness or a mirror.
//
//   DIR/LOCK    held (flock) while it is open
//   DIR/key     PRIVATE+KEY text of a cosigner's key, mode 0600
//   DIR/logs    whose checkpoints are cosigned: verifier keys, or `log` lines of a policy
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"
#include "ledger/proof/note.h"

namespace server {

/// Threads: may be shared; it does not change.
class CosignerFolder {
public:
    /// Makes folder and key under `name` where there are none; a key that is there keeps its name.
    /// Errors: `invalid` E_COSIGNER_NAME if a key must be made and the name is no key name,
    ///         E_WATCHED_LOGS naming the line; `corrupt` E_COSIGNER_DAMAGED; `conflict`
    ///         E_COSIGNER_IN_USE; `storage` E_STORAGE.
    static base::Result<CosignerFolder> open(const std::filesystem::path& dir,
                                             const std::string& name, base::Random& random);
    CosignerFolder(CosignerFolder&& other) noexcept;
    CosignerFolder(const CosignerFolder&) = delete;
    ~CosignerFolder();

    const std::filesystem::path& dir() const { return dir_; }
    const proof::SigningKey& key() const { return key_; }
    /// A log whose key is being replaced has two.
    const std::vector<proof::VerifierKey>& logs() const { return logs_; }

private:
    CosignerFolder(std::filesystem::path dir, int lock, proof::SigningKey key)
        : dir_(std::move(dir)), lock_(lock), key_(std::move(key)) {}

    std::filesystem::path dir_;
    int lock_ = -1;
    proof::SigningKey key_;
    std::vector<proof::VerifierKey> logs_;
};

/// Name of a log's folder, file or address: hex(SHA-256(origin)).
std::string origin_hash(std::string_view origin);

/// Verifier keys out of a text of vkey lines or of a tlog-policy, of which only the `log` lines
/// count. Fails with `invalid` E_WATCHED_LOGS.
base::Result<std::vector<proof::VerifierKey>> parse_watched_logs(std::string_view text);

}  // namespace server
