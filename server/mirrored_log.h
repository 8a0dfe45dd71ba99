// A durable copy of another log, in the layout of the tiles API, so that any reader of tile
// directories can check it without us:
//
//   DIR/checkpoint               newest whole copy: the log's note with our cosignature
//   DIR/tile/entries/N[.p/W]     entry bundles
//   DIR/tile/L/N[.p/W]           hash tiles; the lowest level is written after its entries
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/merkle.h"
#include "server/log_source.h"

namespace server {

/// Threads: safe from any.
class MirroredLog final : public LogSource {
public:
    /// Finds what is there. Fails with `corrupt` E_COSIGNER_DAMAGED, `storage` E_STORAGE.
    static base::Result<std::unique_ptr<MirroredLog>> open(const std::filesystem::path& dir,
                                                           std::vector<proof::VerifierKey> keys);

    // -- the copy as far as it is whole ---------------------------------------------------------
    std::string checkpoint() const override;
    std::uint64_t size() const override;
    std::string verifiers() const override;
    std::string policy() const override;
    /// Fails with `storage` E_STORAGE for a file that has gone.
    base::Result<std::string> tile(const proof::TilePath& path) const override;

    // -- filling it -----------------------------------------------------------------------------
    /// The first entry that is not there yet.
    std::uint64_t next() const;
    /// Root of the leaves [from, start + entries.size()): those before `start` are there already.
    /// REQUIRES: from is a multiple of 256, the end is at most 256 past it, start <= next().
    base::Result<proof::Hash> subtree_root(std::uint64_t from, std::uint64_t start,
                                           const std::vector<std::string>& entries) const;
    /// Keeps the entries from `start` on, durably; what is there already is left as it is.
    /// REQUIRES: they lie in one bundle and were proven; start <= next().
    base::Result<void> keep(std::uint64_t start, const std::vector<std::string>& entries);
    /// The copy is whole up to the note's size: makes the tiles above and shows the note, unless
    /// it shows a larger one already, which is false. REQUIRES: the size is at most next().
    base::Result<bool> show(const proof::Checkpoint& checkpoint, const std::string& note);

private:
    MirroredLog(std::filesystem::path dir, std::vector<proof::VerifierKey> keys)
        : dir_(std::move(dir)), keys_(std::move(keys)) {}

    base::Result<void> load();
    std::filesystem::path file_of(const proof::TilePath& path) const { return dir_ / path.text(); }
    base::Result<std::string> read(const proof::TilePath& path) const;
    base::Result<void> write(const proof::TilePath& path, std::string_view bytes) const;
    base::Result<void> raise_level(std::uint8_t level, std::uint64_t size) const;
    void drop_partials(std::uint64_t older) const;
    void drop_partials_of(const proof::TilePath& full) const;

    const std::filesystem::path dir_;
    const std::vector<proof::VerifierKey> keys_;
    mutable std::mutex mutex_;  ///< of the members below, and of writing
    std::uint64_t next_ = 0;
    proof::Checkpoint shown_;
    std::string note_;
};

/// RFC 6962 root of the leaves.
proof::Hash root_of_leaves(const std::vector<proof::Hash>& leaves);

}  // namespace server
