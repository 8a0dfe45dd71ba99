// Checks a log from outside: everything follows from its entries, its tiles and a signed
// checkpoint, wherever these come from.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/audit/copy_reader.h"
#include "tools/audit/recorded_proofs.h"
#include "tools/audit/trust.h"
#include "tools/offline/verify.h"

namespace tools {

struct AuditScope {
    std::optional<std::uint64_t> from, upto;  ///< a range; both or none: the whole log
    std::uint64_t sample = 0;                 ///< so many events at random instead
    std::uint64_t seed = 0;
    unsigned jobs = 1;
    bool with_map = true;

    bool whole() const { return !from && !upto && sample == 0; }
};

/// One check of one copy. The checks stop at the first that fails.
/// Lifetime: the copy must outlive it.
class CopyAudit {
public:
    /// REQUIRES: the checkpoint has been judged.
    CopyAudit(LogCopy& copy, const proof::Checkpoint& checkpoint, const AuditScope& scope);

    /// Everything that the scope asks for. `cursor` as in ledger::VerifyOptions.
    /// Errors: those of the way to the log; `cancelled` E_STOPPING; `invalid` E_BAD_CURSOR,
    ///         E_BAD_POSITION.
    base::Result<CheckResult> run(const std::function<void(std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop, std::string* cursor);
    /// That the tree continues an older checkpoint.
    base::Result<CheckResult> continues(const proof::Checkpoint& older);

    /// Positions looked at: [first, upto).
    std::uint64_t first() const { return first_; }
    std::uint64_t upto() const { return upto_; }
    std::uint64_t streams() const { return streams_; }
    const RecordedProofs& recorded() const { return recorded_; }
    const events::Id& ledger() const { return ledger_; }

private:
    base::Result<std::optional<ledger::EntryFault>> find_ledger();
    base::Result<CheckResult> run_pass(const std::function<void(std::uint64_t)>& progress,
                                       const std::atomic<bool>& stop, std::string* cursor);
    base::Result<CheckResult> run_sample(const std::function<void(std::uint64_t)>& progress,
                                         const std::atomic<bool>& stop);
    base::Result<std::optional<ledger::EntryFault>> check_one(std::uint64_t position);
    void fix_range();

    LogCopy& copy_;
    const proof::Checkpoint checkpoint_;
    const AuditScope scope_;
    CopyReader reader_;
    RecordedProofs recorded_;
    events::Id ledger_;
    std::uint64_t first_ = 0, upto_ = 0;
    std::uint64_t streams_ = 0;
};

}  // namespace tools
