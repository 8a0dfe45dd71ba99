// Checks a whole ledger: the log from its bytes up, and what is derived from it, made again.
#pragma once

#include <atomic>
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/verifier.h"

namespace tools {

/// One thing that was checked.
struct CheckResult {
    std::string name;                            ///< `log`, `checkpoints`, `standings`, `views`
    std::uint64_t checked = 0;                   ///< how many events, people, views
    std::string fault;                           ///< what is wrong first; empty if nothing is
    std::optional<std::uint64_t> position = {};  ///< where

    bool good() const { return fault.empty(); }
};

struct VerifyReport {
    std::vector<CheckResult> checks;
    std::vector<std::string> skipped;  ///< what could not be checked, as sentences

    bool good() const;
    /// The fault with the smallest position; null if there is none.
    const CheckResult* first_fault() const;
    /// `about` says what was checked; the verdict is put beside it.
    boost::json::object json(boost::json::object about) const;
};

/// Tells how many events have been read.
using VerifyProgress = std::function<void(std::uint64_t)>;

/// Events, ids, leaf hashes, tree, blocks, revisions, sealed parts and index (ledger/verifier.h).
/// Fails where the check was stopped and found nothing yet.
base::Result<CheckResult> check_log(const ledger::Ledger& ledger,
                                    const ledger::VerifyOptions& options,
                                    const VerifyProgress& progress, const std::atomic<bool>& stop,
                                    ledger::Verification& found);

/// Folds every person event by event, as the registrar does, and again from its whole streams;
/// both must agree.
CheckResult check_standings(const ledger::Ledger& ledger, const VerifyProgress& progress);

/// Folds all views anew and compares them with those kept in `dir` (views/), which may end earlier
/// than the log, and their digests with those recorded in the log.
CheckResult check_views(const ledger::Ledger& ledger, const std::filesystem::path& dir);

}  // namespace tools
