// Signs and publishes what the log has become, soon after it has.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "ledger/notary.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/services.h"
#include "server/workers.h"

namespace server {

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
    };
    explicit Checkpointer(const World& world) : world_(world) {}

    /// Publishes at once if the log has grown since, then at most limits::checkpoint_every after
    /// an append, until `stop`. A log that somebody else has signed is not signed any further.
    awaitable<void> keep();
    /// Signs and publishes now, in the caller's thread, for the record: the first one of a start
    /// and the last one of a drain.
    base::Result<void> publish_for_the_record();
    void stop();
    /// Why nothing is signed any more; empty if all is well.
    std::string trouble() const;

private:
    base::Result<void> publish(bool remember);
    bool stopping() const { return stopping_ || world_.standing.draining; }

    const World world_;
    Bell pause_;
    Bell::Time remembered_{};  ///< when a checkpoint was last kept for the record
    std::atomic<bool> stopping_{false};
    mutable std::mutex guard_;
    std::string trouble_;
};

}  // namespace server
