// An evidence pack as a copy of the log that it is from: checkpoint, keys and policy, and the
// proofs of its own events. The tree is not in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/proof/tlog_proof.h"
#include "tools/audit/log_copy.h"
#include "tools/evidence/zip.h"

namespace tools {

/// Errors: `not_found` E_NO_TILE for tiles, E_NO_EVENT and E_NO_MAP for what the pack does not
///         prove.
class PackLog final : public LogCopy {
public:
    /// Fails with `not_found` E_NO_FILE, `corrupt` E_PACK_FORMAT.
    static base::Result<std::unique_ptr<PackLog>> open(const std::string& file);

    base::Result<std::string> checkpoint() override;
    base::Result<std::string> tile(const proof::TilePath& path) override;
    base::Result<std::vector<proof::VerifierKey>> verifiers() override;
    base::Result<std::string> policy() override;
    std::string describe() const override { return file_; }

    /// An event by position or id, with its proof.
    struct Proven {
        std::string entry;
        proof::TlogProof proof;
    };
    base::Result<Proven> event(const std::string& name) const;
    /// Text of the completeness proof of a stream.
    base::Result<std::string> stream(const events::StreamId& stream) const;

private:
    PackLog(std::string file, evidence::Files files)
        : file_(std::move(file)), files_(std::move(files)) {}
    base::Result<std::string> read(const std::string& name, const char* code) const;

    const std::string file_;
    const evidence::Files files_;
};

}  // namespace tools
