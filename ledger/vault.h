// The vault: one data key per person and class of personal data, and who holds which identity
// number. Written and synced before the event that needs it; kept out of the log's backups.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"
#include "events/ids.h"
#include "ledger/crypto.h"
#include "ledger/key_files.h"
#include "ledger/storage/database.h"

namespace ledger {

/// A data key as sealing and opening need it.
struct DataKey {
    events::Id id;
    DerivedKey derived;
};

/// What one command adds to the vault.
struct VaultChanges {
    struct NewKey {
        events::Id subject;
        events::PersonalClass personal_class;
        std::string record;
    };
    struct NewHolder {
        events::Hash number;  ///< keyed hash
        std::uint64_t position = 0;
        std::uint16_t index = 0;
        events::Id owner;
        events::CommandId command;
        bool release = false;
    };
    std::vector<NewKey> keys;
    std::vector<NewHolder> holders;

    bool empty() const { return keys.empty() && holders.empty(); }
    void append(VaultChanges&& more);
};

/// Threads:  `claim` and `holders` by the one who decides, `make` by the one who writes, `write` by
///           the one who commits, `find` by any.
/// Bounds:   keeps some 100,000 opened keys in memory.
/// Errors:   `corrupt` E_VAULT_MISSING, `storage` E_STORAGE.
class Vault {
public:
    enum class Opening { create, write, read_only };
    /// Whether a command is in the log, on disk or about to be.
    using IsRecorded = std::function<bool(const events::CommandId&)>;

    /// `ledger` is what the vault must belong to; a fresh vault keeps it, or makes one up.
    static base::Result<std::unique_ptr<Vault>> open(const std::filesystem::path& dir,
                                                     Opening opening, base::Random& random,
                                                     const storage::Disk* disk);

    /// The ledger that the vault was made for.
    const events::Id& ledger() const { return ledger_; }
    const KeyFiles& keys() const { return *files_; }

    /// Null where there is no key: never made, or destroyed.
    base::Result<std::shared_ptr<const DataKey>> find(const events::Id& subject,
                                                      events::PersonalClass personal_class);
    /// As `find`, but makes the key where there is none. Made keys are in `changes`.
    base::Result<std::shared_ptr<const DataKey>> make(const events::Id& subject,
                                                      events::PersonalClass personal_class,
                                                      base::Random& random, VaultChanges& changes);
    /// Everyone who took this number and has not given it up, oldest first. Entries of commands
    /// that are not in the log are void.
    base::Result<std::vector<events::Id>> holders(std::string_view number,
                                                  const IsRecorded& recorded) const;
    events::Hash hash_of(std::string_view number) const;
    /// Remembers the holders until `write` has made them durable.
    void claim(const VaultChanges& changes);

    /// Makes the changes durable. After a failure nothing may be written any more.
    base::Result<void> write(const VaultChanges& changes);
    /// Removes the entries of the last `write` whose commands never reached the log.
    base::Result<void> sweep(const IsRecorded& recorded);

private:
    struct Name {
        events::Id subject;
        events::PersonalClass personal_class;
        bool operator==(const Name&) const = default;
    };
    struct NameHash {
        std::size_t operator()(const Name& name) const {
            return events::IdHash{}(name.subject) * 7 +
                   static_cast<std::size_t>(name.personal_class);
        }
    };
    using Keys = std::unordered_map<Name, std::shared_ptr<const DataKey>, NameHash>;

    Vault() = default;
    base::Result<void> start(Opening opening, base::Random& random);
    std::shared_ptr<const DataKey> cached(const Name& name) const;
    void cache(const Name& name, std::shared_ptr<const DataKey> key);

    std::unique_ptr<KeyFiles> files_;
    std::unique_ptr<storage::Database> database_;
    storage::Batch batch_;  // of `write`, kept for its memory
    events::Id ledger_;
    mutable std::mutex mutex_;  // guards the members below
    Keys young_, old_;          // the older half goes when the younger is full
    // Not yet durable, by the first bytes of the keyed hash.
    std::unordered_multimap<std::uint64_t, VaultChanges::NewHolder> pending_;
};

}  // namespace ledger
