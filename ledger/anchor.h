// The head anchor: what the log must reach, kept outside the database.
//
// RocksDB alone forgets acknowledged events without a word when its write-ahead log is cut off
// or deleted. So every block also writes one of two alternating slots, synced in parallel with
// the log; the answer to a caller waits for both, and every start compares them.
//
//   head.anchor = slot 0 (4 KiB) | slot 1 (4 KiB);  block n goes to slot n % 2
//   slot = "TLANCHOR" | format u32 | block u64 | first u64 | size u64 | previous size u64
//        | lost size u64 | root (32) | HMAC-SHA-256 of all that (32) | zeros
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "events/base/result.h"
#include "events/ids.h"
#include "ledger/crypto.h"

namespace ledger {

struct Anchor {
    std::uint64_t blocks = 0;         ///< blocks in the log, this one included
    std::uint64_t first = 0;          ///< first position of the block
    std::uint64_t size = 0;           ///< events in the log after the block
    std::uint64_t previous_size = 0;  ///< and before it
    std::uint64_t lost_size = 0;      ///< a start gave up the block that ended here; 0: none did
    events::Hash root{};              ///< of the first `size` leaves
};

/// Threads: one at a time.
/// Errors:  `storage` E_STORAGE; after a failed sync nothing may be written any more.
class AnchorFile {
public:
    struct Found {
        bool exists = false;
        std::optional<Anchor> newest;
        std::optional<Anchor> older;
        int damaged_slots = 0;  ///< written once, but not readable now
    };

    /// Reads both slots without changing anything.
    static Found read(const std::filesystem::path& path, const Key& key);
    /// Opens for writing; makes and preallocates the file if it is not there.
    static base::Result<std::unique_ptr<AnchorFile>> open(const std::filesystem::path& path,
                                                          const Key& key);
    ~AnchorFile();
    AnchorFile(const AnchorFile&) = delete;
    AnchorFile& operator=(const AnchorFile&) = delete;

    /// Returns when the slot is on disk.
    base::Result<void> write(const Anchor& anchor);
    /// Writes both slots, so that no older or unreachable head is left in either.
    base::Result<void> write_both(const Anchor& anchor);

private:
    AnchorFile(int file, const Key& key) : file_(file), key_(key) {}
    base::Result<void> put(int slot, const Anchor& anchor);
    base::Result<void> sync();

    int file_;
    Key key_;
};

/// Makes a new directory entry durable. Fails with `storage`.
base::Result<void> sync_directory(const std::filesystem::path& dir);

}  // namespace ledger
