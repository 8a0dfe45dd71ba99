// The registrar's queue and its two threads. Internal to the room.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "ledger/clerk.h"
#include "ledger/committer.h"
#include "ledger/core.h"
#include "ledger/registrar.h"
#include "ledger/scribe.h"
#include "ledger/shared_random.h"

namespace ledger {

/// Two threads take turns. One holds the desk: it decides what has gathered, until the disk is
/// free and its block has something in it. Then it leaves the desk to the other, writes its block
/// out, commits it and answers. So block n+1 is decided while block n is sealed, encoded and on its
/// way to the disk, and a lone caller waits for one hand-over only.
struct Registrar::State {
    struct Asked {
        events::Command command;
        Answer answer;
        bool rehearsal = false;
    };

    explicit State(Core& given);
    ~State();

    void enqueue(Asked asked);
    void stop();

private:
    void work();
    /// Decides until there is a block to commit and nobody else commits. False when stopped and
    /// nothing is left.
    bool gather(Block& block);
    void decide_some(std::deque<Asked>& taken, Block& block);
    void repeat_receipts(Block& block);

    Core& core_;
    SharedRandom random_;
    Scribe scribe_;
    Clerk clerk_;
    Committer committer_;
    std::mutex desk_;
    std::mutex answering_;  // keeps answers in the order of the log
    std::mutex mutex_;      // guards what follows
    std::condition_variable changed_;
    std::deque<Asked> queue_;
    bool committing_ = false;
    bool stopping_ = false;
    std::thread first_, second_;
};

}  // namespace ledger
