// The scribe makes bytes of what the clerk has decided: it seals, encodes, verifies and hashes, in
// the order of the log.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "events/base/random.h"
#include "events/command.h"
#include "events/event.h"
#include "ledger/block.h"
#include "ledger/core.h"

namespace ledger {

/// A decision needs the standings that all earlier ones left behind, but hardly ever their bytes.
/// So the clerk only hands over what was decided. The bytes are made by a thread of its own while
/// much is waiting (a bulk load), else by the thread that takes the block to the disk: waking
/// somebody for a single command would cost more than writing it. One who looks for an event that
/// has no bytes yet writes up to there.
///
/// Threads: `add` and `close` by the one at the desk, the others by both writers.
/// Errors:  a vault that cannot be read ends the process.
class Scribe {
public:
    /// A command whose events have their places. Without placements: the end of the block.
    struct Decided {
        events::Command command;
        std::vector<events::Placement> placements;
        Block* block = nullptr;
    };

    /// REQUIRES: the tree is that of the whole log.
    Scribe(Core& core, base::Random& random);
    ~Scribe();

    void add(Decided decided);
    /// Nothing more comes for this block.
    void close(Block& block);

    /// Writes up to the event at `position`. REQUIRES: it was decided.
    void write_upto(std::uint64_t position);
    /// Writes the rest of a closed block and completes it.
    void finish(const Block& block);

private:
    void help();
    /// Writes what comes next; false if there is nothing. REQUIRES: `writing_` is held.
    bool write_next();
    void write(Decided& decided);
    void end(Block& block);

    Core& core_;
    base::Random& random_;
    std::atomic<int> wanted_{0};  // writers who wait for the helper to let go
    std::mutex writing_;          // who writes; guards the members up to the next mutex
    events::EventEncoder encoder_;
    std::uint64_t next_ = 0;  // position of the next event to be written
    events::Hash root_{};     // of everything up to the last finished block
    std::mutex mutex_;        // guards what follows
    std::deque<Decided> decided_;
    std::condition_variable gathered_;
    bool resting_ = false;  // the helper
    bool stopping_ = false;
    std::thread helper_;
};

}  // namespace ledger
