// Where the views are kept: rows, dictionaries, employers and the checkpoint, in one RocksDB.
// The only place that names RocksDB for the views. Layout: docs/views.md, "Keys".
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "events/ids.h"
#include "projections/rows.h"

namespace projections {

/// How far the views have come, and of which log.
struct Checkpoint {
    std::uint32_t version = 0;  ///< of the runner; another one means a rebuild
    events::Id ledger;
    std::uint64_t position = 0;  ///< events folded in

    bool operator==(const Checkpoint&) const = default;
};

/// Key and value; the key's first byte is its kind.
using Note = std::pair<std::string, std::string>;

/// What is written together: everything that a run of commands changed, and how far it got.
struct Batch {
    std::vector<SignedRow> rows;
    std::vector<Note> notes;
    std::vector<std::string> dropped;  ///< keys of notes that hold no longer
    /// Digests of what is written (projections/buckets.h), and which of them are dropped.
    std::vector<Note> sums;
    std::vector<std::string> sums_dropped;
    Checkpoint checkpoint;

    void clear() {
        rows.clear();
        notes.clear();
        dropped.clear();
        sums.clear();
        sums_dropped.clear();
    }
    /// Rows in the order of their keys.
    void sort();
};

/// Threads:  writing from one thread; reading from any, each reader with its own snapshot.
/// Lifetime: snapshots must not outlive the store.
/// Errors:   `storage` E_STORAGE, `corrupt` E_VIEWS_DAMAGED (delete the folder: it is rebuilt).
class Store {
public:
    /// The store as it was at one moment.
    class Snapshot {
    public:
        ~Snapshot();
        const Checkpoint& checkpoint() const { return checkpoint_; }

    private:
        friend class Store;
        struct Hold;
        Checkpoint checkpoint_;
        std::unique_ptr<Hold> hold_;
    };
    /// Everything stored, in the order of keys.
    class Cursor {
    public:
        explicit Cursor(const Store& store);
        ~Cursor();
        bool valid() const;
        void next();
        /// Until `next`.
        std::string_view key() const;
        std::string_view value() const;
        /// What ended it, if not the end.
        base::Result<void> status() const;

    private:
        struct Hold;
        std::unique_ptr<Hold> hold_;
    };
    using VisitRow = std::function<void(const SignedRow&)>;
    using VisitNote = std::function<void(std::string_view key, std::string_view value)>;

    /// Without a folder the store lives in memory. A damaged store is emptied, not refused.
    static base::Result<std::unique_ptr<Store>> open(std::optional<std::filesystem::path> dir);
    /// Changes nothing, not even what is damaged; of a folder that nobody writes to.
    static base::Result<std::unique_ptr<Store>> open_read_only(const std::filesystem::path& dir);
    ~Store();

    /// Nothing if nothing was ever written.
    base::Result<std::optional<Checkpoint>> checkpoint() const;
    base::Result<std::shared_ptr<const Snapshot>> snapshot() const;
    /// Rows of a table with from <= day < upto, by (day, position).
    base::Result<void> rows(const Snapshot& snapshot, Table table, events::Date from,
                            events::Date upto, const VisitRow& visit) const;
    /// Notes whose key begins with `prefix`, in key order; of now, or as the snapshot has them.
    base::Result<void> notes(std::string_view prefix, const VisitNote& visit,
                             const Snapshot* snapshot = nullptr) const;

    /// Of now; nothing if there is none.
    base::Result<std::optional<std::string>> note(std::string_view key) const;
    /// The note with the greatest key that begins with `prefix`.
    base::Result<std::optional<Note>> last_note(std::string_view prefix,
                                                const Snapshot* snapshot = nullptr) const;

    /// All of the batch, or after a crash none of it. Not synced: what is lost is folded again.
    base::Result<void> write(Batch& batch);
    /// Forgets everything. REQUIRES: nobody holds a snapshot.
    base::Result<void> clear();

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Appends fixed-width big-endian numbers, so that keys sort by value.
void put_u32(std::string& out, std::uint32_t value);
void put_u64(std::string& out, std::uint64_t value);
/// REQUIRES: 4 or 8 bytes are there.
std::uint32_t get_u32(std::string_view bytes);
std::uint64_t get_u64(std::string_view bytes);

}  // namespace projections
