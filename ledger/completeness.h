// Makes proofs of completeness (proof/completeness.h) from the stored map.
#pragma once

#include <string>

#include "events/base/result.h"
#include "ledger/ledger.h"
#include "ledger/proof/completeness.h"
#include "ledger/recorded.h"

namespace ledger {

/// Threads:  safe from any. Lifetime: the ledger must outlive it.
/// Errors:   `not_found` E_NO_MAP before the first recording; `overloaded` E_MAP_BEHIND while the
///           map is on its way to the next one, E_NOT_PUBLISHED if the checkpoint does not cover
///           the recording; `corrupt` E_MAP_DAMAGED.
class Completeness {
public:
    explicit Completeness(const Ledger& ledger) : ledger_(ledger), records_(ledger) {}

    struct Answer {
        proof::CompletenessProof proof;
        proof::MapRecord record;
    };
    /// What the newest recorded map that is kept says of the stream, there or not. `note`: the
    /// signed checkpoint to lead to.
    base::Result<Answer> prove(const events::StreamId& stream, const std::string& note,
                               const proof::Checkpoint& checkpoint) const;

private:
    const Ledger& ledger_;
    const MapRecords records_;
};

}  // namespace ledger
