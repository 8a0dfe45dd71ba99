// Folds the log anew and holds the result against what is kept and what was recorded.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "projections/comparison.h"
#include "projections/log_reader.h"
#include "projections/replay.h"
#include "projections/view_digests.h"

namespace tools {

/// Digests that an event of the log says the views had.
struct RecordedDigests {
    std::uint64_t position = 0;  ///< of the event
    projections::ViewDigests digests;
};

/// Called with the number of events folded; false stops.
using ReplayProgress = std::function<bool(std::uint64_t)>;

/// A fold from zero that looks at every recorded digest it comes by.
///
/// Lifetime: the log must outlive it.
class ReplayAudit {
public:
    /// `scratch`: an empty folder to fold into; without one memory.
    static base::Result<std::unique_ptr<ReplayAudit>> open(
        const projections::LogReader& log, std::optional<std::filesystem::path> scratch);

    /// False if `progress` stopped it.
    base::Result<bool> fold_to(std::uint64_t upto, const ReplayProgress& progress);

    const projections::Replay& replay() const { return *replay_; }
    std::uint64_t recorded_checked() const { return checked_; }
    std::uint64_t recorded_by_other_versions() const { return other_versions_; }
    /// Recorded digests that the replay does not give, with the views concerned.
    struct Contradiction {
        RecordedDigests recorded;
        std::vector<std::string> views;
    };
    const std::vector<Contradiction>& contradictions() const { return contradictions_; }
    /// `checked`, `of_other_versions`, `contradicted`.
    boost::json::object recorded_json() const;

private:
    ReplayAudit(std::unique_ptr<projections::Replay> replay, std::vector<RecordedDigests> recorded);
    base::Result<void> check_recorded();

    std::unique_ptr<projections::Replay> replay_;
    std::vector<RecordedDigests> recorded_;  ///< of this version, by size
    std::size_t next_ = 0;
    std::uint64_t checked_ = 0;
    std::uint64_t other_versions_ = 0;
    std::vector<Contradiction> contradictions_;
};

/// What is kept and what the log gives, side by side at one position.
struct ViewsDiff {
    projections::ViewDigests stored, replayed;
    /// Of the folder alone: a server does not give out its entries.
    projections::Comparison entries;
    boost::json::array spelled;  ///< the first difference of each view

    bool same() const { return stored.views == replayed.views && entries.differences == 0; }
    /// The first event at which both part, as far as it can be told.
    std::optional<std::uint64_t> position;
    boost::json::object json() const;
};

/// Opens the folder views/ of a stopped server, changing nothing.
/// Errors: `not_found` E_NO_VIEWS; `conflict` E_VIEWS_VERSION; `corrupt` E_VIEWS_DAMAGED, also
///         where the views are of another ledger or past its head.
base::Result<std::unique_ptr<projections::Store>> open_kept(const std::filesystem::path& dir,
                                                            const projections::LogReader& log);

/// REQUIRES: the replay stands where the kept views' checkpoint does.
base::Result<ViewsDiff> diff(const projections::Store& kept, const projections::Replay& replay,
                             const projections::LogReader& log);

}  // namespace tools
