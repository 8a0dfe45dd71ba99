// Hands what the ledger publishes to its mirrors, in the background (C2SP tlog-mirror).
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "ledger/ledger.h"
#include "ledger/notary.h"
#include "ledger/proof/add_entries.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/outgoing.h"
#include "server/task_group.h"
#include "server/witness_panel.h"
#include "server/workers.h"

namespace server {

/// One coroutine per mirror. Where each stands it tells itself, so a cut-off upload goes on where
/// it was. A mirror's cosignature is added to the checkpoint if the policy names its key.
///
/// Threads:  any, save that `start` comes once.
/// Lifetime: everything handed in must outlive it; `stop`, and the tasks ended, before it goes.
class MirrorFeed {
public:
    struct World {
        const ledger::Ledger& ledger;
        const ledger::Notary& notary;
        WitnessPanel& panel;
        Workers& workers;
        Metrics& metrics;
        Bell& published;
        const base::Clock& clock;
    };
    using Ways = std::vector<std::unique_ptr<Outgoing>>;
    MirrorFeed(Ways ways, const World& world);
    ~MirrorFeed();

    void start(TaskGroup& tasks, asio::io_context& io);
    void stop();

private:
    struct Target;
    struct Goal;

    awaitable<void> keep(Target& target);
    awaitable<bool> bring_up(Target& target, const Goal& goal);
    awaitable<bool> announce(Target& target, const Goal& goal);
    awaitable<bool> upload(Target& target, const Goal& goal);
    bool take_answer(Target& target, const Goal& goal, const Outgoing::Reply& reply, bool& done);
    base::Result<Outgoing::Post> entries_of(const Target& target, const std::string& origin) const;
    std::optional<Goal> goal() const;
    bool fail(Target& target, std::string_view what);

    const World world_;
    std::vector<std::unique_ptr<Target>> targets_;
    std::atomic<bool> stopping_{false};
};

}  // namespace server
