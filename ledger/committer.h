// Makes a block durable: the vault first where it has something new, then the log and the head
// anchor at the same time.
#pragma once

#include <semaphore>
#include <thread>

#include "ledger/block.h"
#include "ledger/core.h"

namespace ledger {

/// Threads: one at a time. Errors: any failed write or sync ends the process.
class Committer {
public:
    explicit Committer(Core& core);
    ~Committer();

    /// Returns once the block is on disk and readers see it.
    void commit(Block& block);

private:
    /// Puts the block into `batch_`.
    void gather(const Block& block);
    void write_anchor(const Block& block);
    void run_anchor();

    Core& core_;
    storage::Batch batch_;  // kept for its memory
    // The anchor's sync runs on a thread of its own, beside the log's.
    Anchor anchor_;
    bool stopping_ = false;
    std::binary_semaphore asked_{0};
    std::binary_semaphore done_{0};
    std::thread anchor_thread_;
};

}  // namespace ledger
