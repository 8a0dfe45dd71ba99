// Signs and publishes what the log has become, soon after it has.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "ledger/notary.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/services.h"
#include "server/witness_panel.h"
#include "server/workers.h"

namespace server {

/// Sign, collect cosignatures until the policy's quorum holds, publish. Until it holds, the last
/// published checkpoint stays.
///
/// Threads:  `keep` is one task; the rest from any.
/// Lifetime: everything handed in must outlive it.
class Checkpointer {
public:
    struct World {
        const ledger::Ledger& ledger;
        ledger::Notary& notary;
        Workers& workers;
        Metrics& metrics;
        Bell& log_grew;
        Bell& published;  ///< rung after each publication
        const Standing& standing;
        const base::Clock& clock;
        WitnessPanel& panel;
        std::chrono::milliseconds patience;  ///< with all witnesses together
        /// Publish without a quorum after so long; nothing: never.
        std::optional<std::chrono::milliseconds> fail_open;
    };
    explicit Checkpointer(const World& world) : world_(world) {}

    /// Before anything is signed: fails with what a witness knows that we must not contradict,
    /// then signs and, if nobody has to be waited for, publishes, in the caller's thread.
    /// Errors: E_LOG_ROLLED_BACK, E_LOG_FORKED; those of Notary::sign and Notary::publish.
    base::Result<void> begin();
    /// Publishes at once if the log has grown since, then at most limits::checkpoint_every after
    /// an append, until `stop`. A log that somebody else has signed is not signed any further.
    awaitable<void> keep();
    /// The last checkpoint, in the caller's thread, waiting for witnesses a moment only.
    base::Result<void> end();
    void stop();
    /// Why nothing is signed any more; empty if all is well.
    std::string trouble() const;

private:
    using Gathered = WitnessPanel::Gathered;

    awaitable<base::Result<void>> run(std::function<base::Result<void>()> job);
    awaitable<base::Result<bool>> round();
    awaitable<Gathered> gather();
    bool may_publish(const Gathered& gathered);
    base::Result<void> publish(proof::Note note, const Gathered& gathered);
    base::Result<void> add_late_cosignatures();
    base::Result<void> give_up(const base::Error& error);
    bool stopping() const { return stopping_ || world_.standing.draining; }

    const World world_;
    Bell pause_;
    Bell::Time remembered_{};   ///< when a checkpoint was last kept for the record
    Bell::Time short_since_{};  ///< since when the quorum has been missing; zero if it is not
    std::string published_text_;
    std::size_t published_lines_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex guard_;
    std::string trouble_;
};

}  // namespace server
