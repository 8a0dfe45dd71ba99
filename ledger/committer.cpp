#include "ledger/committer.h"

#include "ledger/fail_stop.h"

namespace ledger {
namespace {

using storage::Part;

}  // namespace

Committer::Committer(Core& core) : core_(core), anchor_thread_([this] { run_anchor(); }) {}

Committer::~Committer() {
    stopping_ = true;
    asked_.release();
    anchor_thread_.join();
}

void Committer::run_anchor() {
    for (;;) {
        asked_.acquire();
        if (stopping_) return;
        if (const auto done = core_.anchor->write(anchor_); !done) {
            fail_stop("the head anchor", done.error());
        }
        done_.release();
    }
}

void Committer::write_anchor(const Block& block) {
    anchor_.blocks = block.number + 1;
    anchor_.first = block.record.first;
    anchor_.size = block.record.first + block.record.count;
    anchor_.previous_size = block.previous_size;
    anchor_.lost_size = 0;
    anchor_.root = block.record.root_after;
    asked_.release();
}

void Committer::gather(const Block& block) {
    batch_.clear();
    for (std::size_t i = 0; i < block.written.events.size(); ++i) {
        batch_.put(Part::events, position_key(block.record.first + i), *block.written.events[i]);
    }
    for (const auto& blob : block.written.blobs) {
        batch_.put(Part::sealed, blob_key(blob.position, blob.index), blob.bytes);
    }
    for (const auto& tile : block.tiles) {
        batch_.put(Part::tree, tile_key(tile.name), tile.hashes);
    }
    batch_.put(Part::blocks, position_key(block.number), block.record.encoded());
}

void Committer::commit(Block& block) {
    if (block.written.events.empty()) return;
    const auto start = core_.clock.now();
    if (!block.vault.empty()) {
        if (const auto done = core_.vault->write(block.vault); !done) {
            fail_stop("the vault", done.error());
        }
    }
    gather(block);
    write_anchor(block);
    if (const auto done = core_.log->write(batch_); !done) fail_stop("the log", done.error());
    done_.acquire();
    const auto spent = core_.clock.now() - start;
    core_.counters.fsync_micros += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
    ++core_.counters.commits;

    const std::uint64_t size = block.record.first + block.record.count;
    core_.tree->stored(block.tiles);
    core_.index->durable(size);
    core_.board.publish({size, block.record.root_after, block.number + 1, block.record.time});
    // Only now: what is neither pending nor below the head would be seen nowhere.
    core_.pending.drop_below(size);
}

}  // namespace ledger
