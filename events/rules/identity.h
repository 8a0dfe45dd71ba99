// Identity documents as claims (INV-T1). Internal to events/rules.
#pragma once

#include "events/codes/identifiers.h"
#include "events/rules/deciding.h"

namespace events {

/// Checks the number at `path` and claims it for the owner. Fails with E_DUPLICATE_IDENTITY where
/// a living record other than the owner's holds it, or waits for approval with it.
base::Result<DocumentNumber> claim_document(Deciding& deciding, std::size_t index,
                                            const schema::IdentityDocument& document,
                                            std::string_view path, const Id& owner);

/// Types 20 to 25.
base::Result<void> decide_identity(Deciding& deciding, std::size_t index);
base::Result<void> decide_merge(Deciding& deciding, std::size_t index);
base::Result<void> decide_split(Deciding& deciding, std::size_t index);

}  // namespace events
