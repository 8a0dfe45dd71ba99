// The completeness map of the log (proof/stream_map.h), kept so that it can be moved on by what has
// changed and asked for proofs.
//
// The upper 16 levels are one array in memory; below each of its 65,536 buckets lie the streams
// whose keys begin with those bits, in the store. A stream alone in its part of the tree costs
// some 230 hashes, so the hash at the top of its lonely path is kept with it.
//
//   index part   b bucket u16                → root of the bucket (32)
//                o                           → version u32, size u64, streams u64
//                p key (32)                  → count u64, last u64, depth u16, hash there (32)
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/stream_map.h"
#include "ledger/storage/database.h"

namespace ledger {

/// Threads:  safe from any; `stage` and `keep` by one at a time.
/// Lifetime: the database must outlive it.
/// Errors:   `corrupt` E_MAP_DAMAGED (derived: empty the index and it is made again), `storage`.
class StreamMap {
public:
    /// Of which prefix of the log the map is, and what it comes to.
    struct State {
        std::uint64_t size = 0;
        std::uint64_t streams = 0;
        proof::Hash root{};
    };
    /// New states by key.
    using Changes = std::map<proof::Hash, proof::StreamState>;
    /// A map that is worked out and not kept yet.
    struct Staged {
        State state;
        std::vector<std::pair<std::string, std::string>> entries;  ///< sorted, for the store
        std::vector<std::pair<std::uint16_t, proof::Hash>> buckets;
    };
    struct Answer {
        State map;
        std::optional<proof::StreamState> stream;  ///< nothing: there is no such stream
        proof::MapProof proof;
    };

    explicit StreamMap(storage::Database& database) : database_(database) {}
    /// Reads what is kept. What is of another version, of a longer log or void counts as nothing
    /// and, unless `read_only`, is removed. Damage met here is no failure: questions and changes
    /// fail with E_MAP_DAMAGED. REQUIRES: nobody else writes to the database yet.
    base::Result<void> open(std::uint64_t log_size, bool read_only);

    // -- questions ------------------------------------------------------------------------------
    State state() const;
    base::Result<Answer> prove(const events::StreamId& stream) const;

    // -- changes --------------------------------------------------------------------------------
    /// The map after `changes`, which are all that happened in [state().size, size).
    base::Result<Staged> stage(const Changes& changes, std::uint64_t size) const;
    base::Result<void> keep(Staged staged);
    /// It is not what the log says: the next start makes it again.
    base::Result<void> declare_void();

private:
    struct Leaf;
    struct Bucket;

    /// Nothing if what is kept cannot be used.
    static std::optional<State> read_mark(std::string_view mark, std::uint64_t log_size);
    base::Result<void> read_buckets();
    base::Result<void> remove_all();
    base::Result<void> unless_damaged(base::Result<void> done);
    base::Result<Bucket> load(std::uint16_t bucket) const;
    static proof::Hash subtree(std::vector<Leaf>::iterator first, std::vector<Leaf>::iterator last,
                               std::size_t depth);
    static void add_siblings(std::vector<Leaf>::iterator first, std::vector<Leaf>::iterator last,
                             std::size_t depth, const proof::Hash& key, proof::MapProof& out);
    void set_bucket(std::uint16_t bucket, const proof::Hash& root);

    storage::Database& database_;
    mutable std::mutex mutex_;
    bool usable_ = true;  ///< false: it is damaged, or leftovers of another map are in the store
    State state_;
    std::vector<proof::Hash> upper_;  ///< node n has children 2n and 2n + 1; the root is node 1
};

}  // namespace ledger
