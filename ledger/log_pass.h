// One pass over a log, from its entries up: bytes, ids, order, revisions, tree. Where the entries
// come from and what they are compared with is the business of an EntrySource.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/entry_chain.h"
#include "ledger/entry_tile.h"
#include "ledger/grown_tree.h"

namespace ledger {

/// Threads: one at a time, except for `inspect`.
class EntrySource {
public:
    virtual ~EntrySource() = default;

    /// Adds the entries [tile.first(), + count). What is missing or damaged is noted in the tile;
    /// a failed result ends the pass without a verdict.
    virtual base::Result<void> read(EntryTile& tile, std::size_t count) = 0;
    /// What else can be said of checked entries by themselves; several threads at a time.
    virtual void inspect(EntryTile& tile) { static_cast<void>(tile); }
    /// The first hashes of a stored tile, at most `count`; nothing if it is not there.
    virtual base::Result<std::optional<std::string>> stored(TileName name, std::size_t count) = 0;
    /// Sees every good tile in order. `tree` is that of everything before the tile.
    virtual base::Result<std::optional<EntryFault>> follow(const EntryTile& tile,
                                                           const GrownTree& tree) {
        static_cast<void>(tile), static_cast<void>(tree);
        return std::optional<EntryFault>();
    }
};

/// Sees every good event of a pass in order. Threads: one at a time.
class EventObserver {
public:
    virtual ~EventObserver() = default;

    /// One sentence on what is wrong; nothing if all is well.
    virtual std::optional<std::string> see(const events::schema::Event& event,
                                           EntryChain& chain) = 0;
    /// After the last event.
    virtual std::optional<EntryFault> done(const EntryChain& chain) = 0;
    /// What it remembers, as bytes, and back. False for bytes that are none.
    virtual std::string encoded() const = 0;
    virtual bool decode(std::string_view bytes) = 0;
};

/// Lifetime: source and observer must outlive it.
class LogPass {
public:
    struct Options {
        std::uint64_t from = 0;  ///< a multiple of 256
        std::uint64_t upto = 0;
        /// The entries are all there are: the tree is made of them, up to its root. Otherwise the
        /// source has to see where their tiles hang.
        bool whole = true;
        unsigned jobs = 1;       ///< threads that read events and hash
        EventObserver* observer = nullptr;
    };
    struct Outcome {
        std::optional<EntryFault> fault;
        bool stopped = false;  ///< `stop` became true; `encoded` says where
        std::uint64_t opened = 0, erased = 0;
    };
    /// Called with the number of entries done with.
    using Progress = std::function<void(std::uint64_t)>;

    LogPass(EntrySource& source, const events::Id& ledger, const Options& options);

    /// Goes on from where it is until the end, a fault, or `stop`.
    base::Result<Outcome> run(const Progress& progress, const std::atomic<bool>& stop);

    EntryChain& chain() { return chain_; }
    const EntryChain& chain() const { return chain_; }
    /// Root of all entries of a pass that began at 0 and has come to its end.
    const events::Hash& root() const { return root_; }

    /// Where the pass is, between two tiles; and back. False for bytes that are none.
    std::string encoded() const;
    bool decode(std::string_view bytes);

private:
    class Workers;

    base::Result<bool> consume(EntryTile& tile);
    void take(EntryTile& tile);
    base::Result<bool> compare(TileName name, std::string_view hashes, EntryTile* tile);
    base::Result<bool> finish(const EntryTile& last);
    void work(EntryTile& tile) const;
    std::size_t width_at(std::uint64_t position) const;

    EntrySource& source_;
    const events::Id ledger_;
    const Options options_;
    EntryChain chain_;
    GrownTree tree_;
    std::uint64_t opened_ = 0, erased_ = 0;
    Outcome outcome_;
    events::Hash root_{};
};

}  // namespace ledger
