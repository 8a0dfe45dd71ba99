#include "ledger/log_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "events/base/ensure.h"
#include "ledger/bytes.h"
#include "ledger/unreadable.h"

namespace ledger {

/// Threads that check tiles. Tiles come back in the order in which they were handed over.
class LogPass::Workers {
public:
    Workers(const LogPass& pass, unsigned jobs) : pass_(pass) {
        for (unsigned i = 0; i < jobs; ++i) threads_.emplace_back([this] { run(); });
    }
    ~Workers() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        for (auto& thread : threads_) thread.join();
    }

    void hand_over(EntryTile& tile) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(&tile);
        }
        changed_.notify_all();
    }
    void await(const EntryTile& tile) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
            return std::find(done_.begin(), done_.end(), &tile) != done_.end();
        });
        std::erase(done_, &tile);
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
            if (stopping_) return;
            auto* tile = waiting_.front();
            waiting_.pop_front();
            lock.unlock();
            pass_.work(*tile);
            lock.lock();
            done_.push_back(tile);
            changed_.notify_all();
        }
    }

    const LogPass& pass_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<EntryTile*> waiting_;
    std::vector<const EntryTile*> done_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

LogPass::LogPass(EntrySource& source, const events::Id& ledger, const Options& options)
    : source_(source), ledger_(ledger), options_(options), chain_(options.from) {
    ENSURE(options.from % tile_hashes == 0, "a pass begins where a tile does");
}

std::size_t LogPass::width_at(std::uint64_t position) const {
    return static_cast<std::size_t>(std::min(tile_hashes, options_.upto - position));
}

void LogPass::work(EntryTile& tile) const {
    try {
        tile.check(ledger_);
        if (!tile.fault()) source_.inspect(tile);
    } catch (const Unreadable& damage) {
        tile.note(tile.first(), damage.error().what);
    }
}

base::Result<LogPass::Outcome> LogPass::run(const Progress& progress,
                                            const std::atomic<bool>& stop) {
    const bool alone = options_.jobs <= 1;
    const std::size_t ahead = alone ? 1 : 4 * std::size_t{options_.jobs};
    std::vector<EntryTile> ring(ahead);
    std::optional<Workers> workers;
    if (!alone) workers.emplace(*this, options_.jobs);
    std::uint64_t read = chain_.next();
    EntryTile none;
    const EntryTile* last = &none;
    while (chain_.next() < options_.upto) {
        if (stop) {
            outcome_.stopped = true;
            return outcome_;
        }
        for (; read < options_.upto && read < chain_.next() + ahead * tile_hashes;
             read += width_at(read)) {
            auto& tile = ring[read / tile_hashes % ahead];
            tile.begin(read);
            if (auto filled = source_.read(tile, width_at(read)); !filled) return filled.error();
            if (workers) workers->hand_over(tile);
        }
        auto& tile = ring[chain_.next() / tile_hashes % ahead];
        if (workers) {
            workers->await(tile);
        } else {
            work(tile);
        }
        const auto good = consume(tile);
        if (!good) return good.error();
        if (!*good) return outcome_;
        last = &tile;
        if (progress) progress(chain_.next() - options_.from);
    }
    const auto good = finish(*last);
    if (!good) return good.error();
    if (*good && options_.observer) outcome_.fault = options_.observer->done(chain_);
    outcome_.opened = opened_;
    outcome_.erased = erased_;
    return outcome_;
}

/// False where something is wrong; the outcome says what.
base::Result<bool> LogPass::consume(EntryTile& tile) {
    const auto width = width_at(tile.first());
    if (tile.size() < width) tile.note(tile.first() + tile.size(), "the entry is not there");
    const TileName name{0, tile.first() / tile_hashes};
    if (auto same = compare(name, tile.nodes().bytes(), &tile); !same) return same;
    take(tile);
    if (!tile.fault()) {
        auto wrong = source_.follow(tile, tree_);
        if (!wrong) return wrong.error();
        if (*wrong) {
            outcome_.fault = **wrong;
            return false;
        }
    }
    if (tile.fault()) {
        outcome_.fault = tile.fault();
        return false;
    }
    opened_ += tile.opened;
    erased_ += tile.erased;
    if (!options_.whole || !tile.nodes().full()) return true;
    // Faults above the leaves are found here; the tile itself is good.
    base::Result<bool> above(true);
    tree_.append(tile.nodes(), [&](TileName upper, std::string_view hashes) {
        if (above && *above) above = compare(upper, hashes, nullptr);
    });
    return above;
}

void LogPass::take(EntryTile& tile) {
    for (std::size_t i = 0; i < tile.read(); ++i) {
        for (const auto* stream : *tile.event(i).streams()) chain_.expect(*stream);
    }
    for (std::size_t i = 0; i < tile.read(); ++i) {
        auto wrong = chain_.take(tile.event(i));
        if (!wrong && options_.observer) wrong = options_.observer->see(tile.event(i), chain_);
        if (!wrong) continue;
        tile.note(tile.first() + i, *std::move(wrong));
        return;
    }
}

/// Notes the first hash that differs from what is stored, in the tile if it is of leaves.
base::Result<bool> LogPass::compare(TileName name, std::string_view hashes, EntryTile* tile) {
    if (hashes.empty()) return true;
    constexpr std::size_t hash = sizeof(events::Hash);
    const auto kept = source_.stored(name, hashes.size() / hash);
    if (!kept) return kept.error();
    const std::string_view found = *kept ? std::string_view(**kept) : std::string_view();
    if (found == hashes) return true;
    const auto [ours, theirs] =
        std::mismatch(hashes.begin(), hashes.end(), found.begin(), found.end());
    const auto place = static_cast<std::size_t>(ours - hashes.begin()) / hash;
    const bool too_long = place * hash >= hashes.size();
    const std::uint64_t hit = too_long ? place - 1 : place;
    const std::uint64_t position = (name.index * tile_hashes + hit) << (8 * name.level);
    const bool missing = place * hash + hash > found.size();
    const auto what = too_long ? fmt::format("the tree's tile {}/{} is longer than its name says",
                                             name.level, name.index)
                      : missing ? fmt::format("the tree's tile {}/{} is missing or too short",
                                            name.level, name.index)
                      : tile ? std::string("the event's hash is not the leaf in the tree")
                             : fmt::format("the tree's tile {}/{} is not what its leaves give",
                                           name.level, name.index);
    if (tile) {
        tile->note(position, what);
    } else {
        outcome_.fault = EntryFault{position, what};
    }
    return tile != nullptr;
}

base::Result<bool> LogPass::finish(const EntryTile& last) {
    if (!options_.whole) return true;
    const bool partial = last.size() > 0 && !last.nodes().full();
    root_ = tree_.root(last.nodes(), partial ? last.nodes().size() : 0);
    base::Result<bool> good(true);
    tree_.unfinished([&](TileName name, std::string_view hashes) {
        if (good && *good) good = compare(name, hashes, nullptr);
    });
    return good;
}

std::string LogPass::encoded() const {
    std::string out;
    append_number(out, opened_);
    append_number(out, erased_);
    const auto tree = tree_.encoded();
    append_number(out, static_cast<std::uint32_t>(tree.size()));
    const auto seen = options_.observer ? options_.observer->encoded() : std::string();
    append_number(out, static_cast<std::uint32_t>(seen.size()));
    return out + tree + seen + chain_.encoded();
}

bool LogPass::decode(std::string_view bytes) {
    ByteReader reader(bytes);
    opened_ = reader.number<std::uint64_t>();
    erased_ = reader.number<std::uint64_t>();
    const auto tree_size = reader.number<std::uint32_t>();
    const auto seen_size = reader.number<std::uint32_t>();
    const auto tree = reader.take(tree_size);
    const auto seen = reader.take(seen_size);
    if (options_.observer && !options_.observer->decode(seen)) return false;
    return reader.ok() && tree_.decode(tree) && chain_.decode(reader.rest()) &&
           chain_.next() % tile_hashes == 0 && chain_.next() <= options_.upto;
}

}  // namespace ledger
