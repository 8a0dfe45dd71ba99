// Sealing personal fields beside the event, and opening them again (settled.md 1.8).
// What a blob looks like is said in ledger/sealed_form.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"
#include "events/command.h"
#include "events/event.h"
#include "ledger/sealed_form.h"
#include "ledger/vault.h"

namespace ledger {

struct SealedParts {
    std::vector<events::SealedRef> refs;
    std::vector<std::string> blobs;  ///< one per ref
};

/// Length classes that hide how much was said: 64 bytes up to 1 KiB, then 256.
std::size_t padded_length(std::size_t bytes);

/// Seals the fields as one record under one key. `body_salt` goes in if given.
struct SealedBlob {
    events::SealedRef ref;
    std::string blob;
};
SealedBlob seal_record(const SealedPlace& place, const events::Id& subject,
                       events::PersonalClass personal_class,
                       const std::vector<const events::PersonalField*>& fields,
                       const std::optional<events::Hash>& body_salt, const DataKey& key,
                       base::Random& random);

/// Seals the personal fields of a draft, one part per class. New keys are in `changes`.
base::Result<SealedParts> seal_draft(Vault& vault, const SealedPlace& place,
                                     const events::Draft& draft, const events::Id& subject,
                                     const std::optional<events::Hash>& body_salt,
                                     base::Random& random, VaultChanges& changes);

/// Opens one part with the key of its subject and class. The key's commitment and the blob's
/// digest are checked before anything is decrypted.
Opening open_part(const SealedPlace& place, const events::schema::SealedPart& part,
                  std::string_view blob, const DataKey* key, OpenedPart& out);

}  // namespace ledger
