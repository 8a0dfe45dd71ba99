// Another key for the log, and another origin for a log that was put back: the two changes that
// are told in the log and made in the signing folder.
//
// The order is always the same. The new key is laid ready in the folder, durably; then the event
// that names it is recorded; then the folder goes over to it. A crash before the event leaves a key
// that nobody knows; a crash after it is mended by the next start, or by asking again.
#pragma once

#include <filesystem>
#include <string>

#include "events/base/random.h"
#include "events/base/result.h"
#include "ledger/ledger.h"
#include "ledger/notary.h"

namespace ledger {

/// The new key signs from now on, the old one beside it until it is retired.
/// Errors: those of Notary::prepare_rotation, of the registrar and of the folder.
base::Result<KeyRotation> rotate_key(Ledger& ledger, Notary& notary, base::Random& random);

/// Why a log cannot go on under its name.
struct RestorePlan {
    proof::Checkpoint signed_last;  ///< under the old origin
    std::uint64_t found_size = 0;   ///< of the log
    bool forked = false;            ///< as long as what was signed, but another
    bool begun = false;             ///< it is on record; only the folder has to follow
    std::string new_origin = {};    ///< where it has begun
};
/// Looks without changing anything.
/// Errors: `conflict` E_NOTHING_TO_RESTORE if the log continues what was signed; those of
///         SigningFolder::look; `corrupt` E_SIGNING_DAMAGED.
base::Result<RestorePlan> plan_restoration(const Ledger& ledger,
                                           const std::filesystem::path& signing);

struct Restoration {
    std::string new_origin;
    events::Id approver;
    std::string reason_json;  ///< a JSON string
};
/// The log goes on under another origin and another key, with an event LogRestored that says what
/// is missing. May be told again after a crash.
/// Errors: those of plan_restoration; `invalid` E_ORIGIN_USED for an origin that this log had
///         before, E_BAD_PARAMETER for one that cannot be a key's name.
base::Result<proof::VerifierKey> restore_origin(Ledger& ledger,
                                                const std::filesystem::path& signing,
                                                const Restoration& restoration,
                                                base::Random& random);

}  // namespace ledger
