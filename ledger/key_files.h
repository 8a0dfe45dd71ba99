// Keys that lie as files beside the vault's database, so that destroying one is destroying a file
// and not hoping for a compaction. Folder vault/keys/, mode 0700, files 0600:
//
//   epoch-0001   master key of epoch 1
//   lookup       key of the keyed hashes of identity numbers
//   anchor       key of the head anchor's MAC
//     each: "TLKEYFIL" | format u32 | key (32)
//           | first 8 bytes of SHA-256("ledger/keyfile/v1" ‖ key)
//   shards       4,096 slots of 64 bytes: epoch u32 | nonce (12) | AES-256-GCM(master key) of the
//                shard's key (32 + 16), associated data = "ledger/shard/v1" ‖ shard u16 ‖ epoch u32
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "events/base/random.h"
#include "events/base/result.h"
#include "events/ids.h"
#include "ledger/crypto.h"

namespace ledger {

inline constexpr unsigned shard_count = 4'096;

/// Threads: read-only after opening; may be shared.
/// Errors:  `corrupt` E_VAULT_MISSING where a file is missing or damaged, `storage` E_STORAGE.
class KeyFiles {
public:
    /// Makes what is missing.
    static base::Result<std::unique_ptr<KeyFiles>> create(const std::filesystem::path& dir,
                                                          base::Random& random);
    static base::Result<std::unique_ptr<KeyFiles>> open(const std::filesystem::path& dir);
    ~KeyFiles();

    const Key& lookup() const { return lookup_; }
    const Key& anchor() const { return anchor_; }
    std::uint32_t epoch() const { return 1; }

    /// The shard that a data key's id falls into.
    static std::uint16_t shard_of(const events::Id& key_id);
    /// Encrypts a data key under its shard's key: nonce ‖ ciphertext ‖ tag.
    std::string wrap(const events::Id& key_id, const Key& data_key, std::string_view context,
                     base::Random& random) const;
    /// False if the bytes do not fit the shard's key and the context.
    bool unwrap(const events::Id& key_id, std::string_view wrapped, std::string_view context,
                Key& out) const;

private:
    KeyFiles() = default;
    base::Result<void> load(const std::filesystem::path& dir);
    base::Result<void> load_shards(const std::filesystem::path& path);
    std::string fresh_shards(base::Random& random) const;

    Key master_{};
    Key lookup_{};
    Key anchor_{};
    std::array<Key, shard_count> shards_{};
};

}  // namespace ledger
