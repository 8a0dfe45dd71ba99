// Sealed parts as they are shown to somebody who checks them: the blob that the event commits to,
// and the key of this one message. The data key, which would open every blob of the same person and
// class, stays in the vault.
#pragma once

#include <string>
#include <vector>

#include "events/base/result.h"
#include "events/event.h"
#include "ledger/crypto.h"
#include "ledger/ledger.h"

namespace ledger {

struct DisclosedPart {
    events::Id subject;
    events::PersonalClass personal_class = events::PersonalClass::none;
    bool erased = false;  ///< key or blob are gone; the members below are empty
    std::string blob;
    Key message_key{};
};

/// One for each sealed part of the event, in the event's order.
/// Errors: `corrupt` E_LOG_DAMAGED where blob or key are not what the event commits to; `storage`.
base::Result<std::vector<DisclosedPart>> disclose(const Ledger& ledger,
                                                  const events::schema::Event& event);

}  // namespace ledger
