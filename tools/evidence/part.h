// The file of one opened sealed part: what it says, and what proves that the event commits to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/command.h"
#include "events/event.h"
#include "ledger/crypto.h"

namespace evidence {

/// A sealed part and the key of this one message (ledger/sealed_form.h).
struct Part {
    std::string blob;
    ledger::Key message_key{};
};

/// The sealed part of a class; null if the event has none.
const events::schema::SealedPart* sealed_part(const events::schema::Event& event,
                                              events::PersonalClass personal_class);

/// The part's file as a pack holds it. Appends the fields to `fields`.
/// Fails with `corrupt` E_PACK where the event does not commit to the blob, or the key does not
/// open it.
base::Result<std::string> write_part(const events::Id& ledger, const events::schema::Event& event,
                                     events::PersonalClass personal_class, const Part& part,
                                     std::vector<events::PersonalField>& fields);

/// Reads blob and key out of a part's file, opens them, and checks that the file is the one that
/// `write_part` makes of them. Appends the fields. Fails with `corrupt` E_PACK.
base::Result<void> check_part(const events::Id& ledger, const events::schema::Event& event,
                              events::PersonalClass personal_class, std::string_view file,
                              std::vector<events::PersonalField>& fields);

}  // namespace evidence
