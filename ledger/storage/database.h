// One RocksDB database, as the rooms above see it: named parts of sorted keys, batches, cursors.
// The only place, with its neighbours in this folder, that names RocksDB for the truth.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"

namespace ledger::storage {

struct Disk;  // storage/disk.h: tests put a faulty file system under the store

/// Sorted key spaces. The first six belong to the log, the others to the vault
/// (docs/data_layout.md has every key).
enum class Part { meta, events, sealed, blocks, tree, index, vault_meta, data_keys, holders };

enum class Kind { log, vault };

enum class Mode {
    create,       ///< make it if it is not there
    write,        ///< must be there; a damaged write-ahead log is refused
    accept_loss,  ///< as write, but whatever follows the damage is given up
    read_only,    ///< changes nothing; a damaged write-ahead log is refused
    probe,        ///< changes nothing; reads up to the damage
};

/// Bytes held by the block cache or owned; valid as long as this object is.
class Pinned {
public:
    Pinned();
    Pinned(Pinned&&) noexcept;
    Pinned& operator=(Pinned&&) noexcept;
    ~Pinned();

    std::string_view bytes() const;

private:
    friend class Database;
    struct State;
    std::unique_ptr<State> state_;
};

/// Changes that become durable together.
class Batch {
public:
    Batch();
    Batch(Batch&&) noexcept;
    Batch& operator=(Batch&&) noexcept;
    ~Batch();

    void put(Part part, std::string_view key, std::string_view value);
    void remove(Part part, std::string_view key);
    bool empty() const;
    void clear();

private:
    friend class Database;
    struct State;
    std::unique_ptr<State> state_;
};

/// Walks a part in key order.
/// Threads: one at a time. Lifetime: must not outlive the database.
class Cursor {
public:
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) noexcept;
    ~Cursor();

    void seek(std::string_view key);
    /// The last key that is at most `key`.
    void seek_back(std::string_view key);
    void seek_to_last();
    void next();
    void back();
    bool valid() const;
    /// Valid until the next move.
    std::string_view key() const;
    std::string_view value() const;
    /// Fails with `corrupt` E_LOG_DAMAGED where the walk ended on a damaged block.
    base::Result<void> status() const;

private:
    friend class Database;
    struct State;
    explicit Cursor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

struct Walk {
    bool long_scan = false;        ///< read ahead, and leave the block cache alone
    bool sparse = false;           ///< leave the block cache alone, but do not read ahead
    std::string upto;              ///< exclusive end; empty: none
};

/// Threads:  safe from any thread, except that `write` has one caller at a time.
/// Errors:   `corrupt` E_LOG_DAMAGED for damaged bytes, `conflict` E_LEDGER_IN_USE,
///           `storage` E_STORAGE for everything the disk says.
class Database {
public:
    static base::Result<std::unique_ptr<Database>> open(const std::filesystem::path& dir, Kind kind,
                                                        Mode mode, const Disk* disk);
    ~Database();

    // -- questions ------------------------------------------------------------------------------
    /// False if there is no such key.
    base::Result<bool> get(Part part, std::string_view key, Pinned& out) const;
    base::Result<std::optional<std::string>> get(Part part, std::string_view key) const;
    /// Calls `visit` with the index of each key found and its value.
    base::Result<void> get_many(Part part, std::span<const std::string> keys,
                                const std::function<void(std::size_t, std::string_view)>& visit)
        const;
    Cursor walk(Part part, const Walk& how = {}) const;
    std::uint64_t disk_bytes() const;
    /// RocksDB's counters that are not zero, by its own names.
    std::vector<std::pair<std::string, std::uint64_t>> counters() const;

    // -- changes --------------------------------------------------------------------------------
    /// Returns after the batch is on disk. After a failure nothing may be written any more.
    base::Result<void> write(Batch& batch);
    /// Adds sorted entries (ascending, distinct keys) beside what is there, newer than it, all or
    /// none, durably, without the write-ahead log. `write` may run at the same time.
    base::Result<void> ingest(Part part,
                              std::span<const std::pair<std::string, std::string>> entries);
    /// Empties a part.
    base::Result<void> clear(Part part);

private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace ledger::storage
