// The clerk decides one command after another against everything decided before, durable or not,
// and gathers the outcome into the block at hand. Its bytes are the scribe's work.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "events/command.h"
#include "events/event.h"
#include "events/rules/decide.h"
#include "events/rules/standings.h"
#include "ledger/block.h"
#include "ledger/core.h"

namespace ledger {

class Scribe;

/// Threads: one at a time.
class Clerk {
public:
    Clerk(Core& core, base::Random& random, Scribe& scribe);
    ~Clerk();

    /// Decides and adds what came of it to the block. `rehearsal`: nothing is recorded.
    void take(events::Command command, Registrar::Answer answer, bool rehearsal, Block& block);
    /// No more commands for this block: numbers it.
    void close(Block& block);

private:
    /// `known`: where the command was recorded before; then nothing happens.
    base::Result<Receipt> attempt(events::Command& command, bool rehearsal, Block& block,
                                  std::optional<events::History::Block>& known);
    base::Result<Receipt> outcome(events::Command& command, bool rehearsal, Block& block);
    void give_homes(events::Command& command);
    void number_revisions(events::Decision& decision) const;
    void keep_claims(const events::Command& command, const events::Decision& decision,
                     Block& block);
    /// The command is decided: from here on it stands, and only its bytes are to be made.
    Receipt record(events::Command&& command, events::Decision&& decision, Block& block);

    Core& core_;
    base::Random& random_;
    Scribe& scribe_;
    std::unique_ptr<events::History> history_;
    std::unique_ptr<events::Claims> claims_;
    events::Standings standings_;
    events::EventEncoder encoder_;
    events::Instant last_;        // recorded_at of the newest decided event
    std::uint64_t next_ = 0;      // position of the next event
    std::uint64_t blocks_ = 0;  // number of the next block
    std::uint64_t block_first_ = 0;
};

}  // namespace ledger
