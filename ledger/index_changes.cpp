// The part of the Index that takes in what was decided, and hands it to the store.
#include <algorithm>

#include "ledger/fail_stop.h"
#include "ledger/index_entries.h"
#include "ledger/index_generation.h"

namespace ledger {

using storage::Part;
using namespace index_entries;

void Index::add_place(const events::StreamId& stream, std::uint32_t revision,
                      std::uint64_t position) {
    auto& chain = active_->streams[stream];
    ENSURE(chain.count == 0 || chain.newest + 1 == revision, "revisions of a stream are dense");
    active_->places.push_back({position, chain.last});
    chain.last = static_cast<std::uint32_t>(active_->places.size() - 1);
    chain.newest = revision;
    ++chain.count;
}

void Index::add(const Command& command, std::span<const events::Placement> placements,
                std::span<const OwnerChange> owners) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
        // Waiting for a seal that itself waits for the block at hand would never end.
        return frozen_ == nullptr || frozen_->end > durable_ ||
               active_->end - active_->begin < 4 * sealed_events_;
    });
    for (const auto& placement : placements) {
        ENSURE(placement.position.value == active_->end, "positions are dense");
        for (const auto& stream : placement.streams) {
            add_place(stream.id, stream.revision.value, placement.position.value);
        }
        ++active_->end;
    }
    active_->commands.emplace(command.id, events::History::Block{command.first, command.count});
    for (const auto& owner : owners) active_->owners.emplace(owner.code, owner);
}

void Index::add_stored(const events::schema::Event& event) {
    const std::unique_lock lock(mutex_);
    ENSURE(event.position() == active_->end, "the log is read in order");
    for (const auto* stream : *event.streams()) {
        add_place({stream->kind(), events::Id::of(stream->id())}, stream->revision(),
                  event.position());
    }
    ++active_->end;
    if (event.command_index() == 0) {
        active_->commands.emplace(
            events::Id::of(*event.command_id()),
            events::History::Block{events::Position{event.position()}, event.command_size()});
    }
}

void Index::add_stored(const OwnerChange& owner) {
    const std::unique_lock lock(mutex_);
    active_->owners.emplace(owner.code, owner);
}

bool Index::full_enough() const {
    return active_->end - active_->begin >= sealed_events_;
}

void Index::seal_in_passing(std::uint64_t size) {
    if (!full_enough()) return;
    ENSURE(active_->end <= size, "only what is on disk is sealed");
    seal(*turn());
}

void Index::durable(std::uint64_t size) {
    {
        const std::unique_lock lock(mutex_);
        durable_ = size;
        if (frozen_ == nullptr && !full_enough()) return;
    }
    changed_.notify_all();
}

void Index::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || full_enough(); });
        if (stopping_) return;
        frozen_ = turn();
        generations_[1] = frozen_.get();
        // The newest of it may still be on its way to the disk.
        changed_.wait(lock, [this] { return durable_ >= frozen_->end; });
        lock.unlock();
        seal(*frozen_);
        lock.lock();
        frozen_ = nullptr;
        changed_.notify_all();
    }
}

// -- sealing --------------------------------------------------------------------------------------

void Index::seal(const Generation& generation) {
    Places entries;
    entries.reserve(generation.streams.size() * 2 + generation.commands.size() + 1);
    const auto add = [&entries](std::string key, const auto&... numbers) {
        std::string value;
        (append_number(value, numbers), ...);
        entries.emplace_back(std::move(key), std::move(value));
    };
    for (const auto& [code, owner] : generation.owners) {
        auto key = owner_prefix(code);
        append_number(key, owner.position);
        append_number(key, owner.index);
        std::string value;
        append_bytes(value, owner.owner.bytes);
        append_number(value, static_cast<std::uint8_t>(owner.release));
        entries.emplace_back(std::move(key), std::move(value));
    }
    add(mark_key(), distrusted_ ? no_format : format, generation.end);
    marks_.append_entries(generation.begin, generation.end, entries);
    for (const auto& [command, block] : generation.commands) {
        add(command_key(command), block.first.value, block.count);
    }
    for (const auto& [stream, chain] : generation.streams) {
        add(stream_key(head_tag, stream), chain.newest);
        const auto positions = generation.positions(chain);
        for (std::size_t at = 0; at < positions.size(); at += run_positions_max) {
            std::string run;
            const auto upto = std::min(positions.size(), at + run_positions_max);
            for (std::size_t i = at; i < upto; ++i) append_number(run, positions[i]);
            entries.emplace_back(run_key(stream, chain.first() + static_cast<std::uint32_t>(at)),
                                 std::move(run));
        }
    }
    std::sort(entries.begin(), entries.end());
    if (auto done = database_.ingest(Part::index, entries); !done) {
        fail_stop("the index", done.error());
    }
}

}  // namespace ledger
