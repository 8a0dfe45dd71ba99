#include "ledger/scribe.h"

#include <exception>
#include <iterator>
#include <utility>

#include "ledger/fail_stop.h"
#include "ledger/writing.h"

namespace ledger {
namespace {

/// Commands that must be waiting before the helper is woken: more than callers who wait for each
/// answer ever bring together.
constexpr std::size_t helped_commands_min = 128;

}  // namespace

Scribe::Scribe(Core& core, base::Random& random) : core_(core), random_(random) {
    const auto head = core.board.head();
    next_ = head.size;
    root_ = head.root;
    helper_ = std::thread([this] { help(); });
}

Scribe::~Scribe() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    gathered_.notify_one();
    helper_.join();
}

void Scribe::add(Decided decided) {
    const std::lock_guard lock(mutex_);
    decided_.push_back(std::move(decided));
    if (resting_ && decided_.size() >= helped_commands_min) gathered_.notify_one();
}

void Scribe::close(Block& block) {
    Decided end;
    end.block = &block;
    add(std::move(end));
}

void Scribe::write_upto(std::uint64_t position) {
    ++wanted_;
    const std::lock_guard lock(writing_);
    --wanted_;
    while (next_ <= position) ENSURE(write_next(), "what was decided lies before the scribe");
}

void Scribe::finish(const Block& block) {
    ++wanted_;
    const std::lock_guard lock(writing_);
    --wanted_;
    while (!block.complete) ENSURE(write_next(), "a closed block has an end");
}

void Scribe::help() try {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            resting_ = true;
            gathered_.wait(lock, [this] {
                return stopping_ || decided_.size() >= helped_commands_min;
            });
            resting_ = false;
            if (stopping_) return;
        }
        for (bool more = true; more && wanted_ == 0;) {
            const std::lock_guard lock(writing_);
            more = write_next();
        }
    }
} catch (const std::exception& error) {
    fail_stop("the scribe", {base::Fault::corrupt, "E_WRITER", error.what()});
}

bool Scribe::write_next() {
    Decided next;
    {
        const std::lock_guard lock(mutex_);
        if (decided_.empty()) return false;
        next = std::move(decided_.front());
        decided_.pop_front();
    }
    if (next.placements.empty()) {
        end(*next.block);
    } else {
        write(next);
    }
    return true;
}

void Scribe::write(Decided& decided) {
    auto written = write_events(core_, random_, encoder_, decided.command, decided.placements);
    // The command is decided and later ones build on it: there is no way back.
    if (!written) fail_stop("sealing", written.error());
    auto& block = decided.block->written;
    core_.pending.add_salt(next_, written->salt);
    for (std::size_t i = 0; i < written->events.size(); ++i) {
        core_.pending.add(next_++, written->events[i]);
        core_.tree->append(written->leaves[i]);
        block.events.push_back(std::move(written->events[i]));
        block.leaves.push_back(written->leaves[i]);
    }
    std::move(written->blobs.begin(), written->blobs.end(), std::back_inserter(block.blobs));
    block.keys.append(std::move(written->keys));
}

void Scribe::end(Block& block) {
    block.record.root_before = std::exchange(root_, core_.tree->root());
    block.record.root_after = root_;
    block.tiles = core_.tree->take_full();
    block.vault.append(std::move(block.written.keys));
    for (auto& outcome : block.outcomes) {
        if (!outcome.recorded) continue;
        for (auto& item : outcome.result->items) {
            item.leaf = block.written.leaves[item.position.value - block.record.first];
        }
    }
    block.complete = true;
}

}  // namespace ledger
