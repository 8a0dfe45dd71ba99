// Digests of what is stored, kept up while it is written, so that nobody has to read it all again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/ids.h"
#include "projections/parts.h"
#include "projections/storage/store.h"

namespace projections {

using PartHashes = std::array<events::Hash, Part::count>;

/// What a complete bucket leaves: for each part the hash of its entries, and the chain of those
/// hashes from the first bucket on.
struct BucketSum {
    PartHashes own{};
    PartHashes chain{};

    /// The chain goes on from that of the bucket before.
    static BucketSum of(const PartHashes& own, const PartHashes& before);
    std::string packed() const;
    static std::optional<BucketSum> unpack(std::string_view bytes);
};

/// How an entry goes into the hash of its bucket: key, size of the value, value. Entries follow
/// each other in the order of their keys.
void put_entry(std::string& out, std::string_view key, std::string_view value);

/// Cuts the entries by position into buckets of 4,096. The sum of a complete bucket is kept as a
/// note `G` ‖ bucket; entries of the bucket that is still filling are written twice, the second
/// time as notes `J` ‖ size of the log, because entries are not stored in order of position.
///
/// Bounds:   memory for the entries of one bucket and one batch.
/// Threads:  one thread owns it.
class Buckets {
public:
    static constexpr std::uint64_t events = 4'096;

    void clear();
    /// What the store kept at a checkpoint; false if it does not fit together.
    base::Result<bool> restore(const Store& store, std::uint64_t position);
    /// Fills the batch's sums for what it holds; it ends where the log has `size` events.
    /// Nothing is taken for written before `keep` is called.
    void seal(Batch& batch, std::uint64_t size);
    void keep();

    static std::string sum_key(std::uint64_t bucket);
    /// Entries of the bucket that is filling, as a note `J` holds them; false on damage.
    static bool unpack_tail(std::string_view bytes, std::vector<Note>& out);

private:
    /// Entries of the bucket that is filling.
    struct Tail {
        std::vector<SignedRow> rows;
        std::vector<Note> notes;
        bool empty() const { return rows.empty() && notes.empty(); }
    };

    void complete(Batch& batch, std::uint64_t upto);
    void journal(Batch& batch, std::uint64_t size);

    std::uint64_t bucket_ = 0;  ///< that is filling
    PartHashes chain_{};
    Tail tail_;
    std::vector<std::string> journal_;  ///< keys of the notes that hold the tail

    // Of a batch that is sealed and not yet written.
    std::uint64_t next_bucket_ = 0;
    PartHashes next_chain_{};
    Tail added_;
    std::vector<std::string> journal_added_;
};

}  // namespace projections
