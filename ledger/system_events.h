// What the ledger records about itself, as commands of role Y through the ordinary path.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "events/command.h"
#include "ledger/ledger.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/note.h"
#include "ledger/stream_map.h"

namespace ledger {

/// A draft of an event in the ledger's own stream. `build` gives the payload's offset.
template <class Build>
events::Draft ops_draft(events::schema::Payload type, const LedgerInfo& info, Build build) {
    flatbuffers::FlatBufferBuilder builder(1024);
    builder.Finish(build(builder));
    events::Draft draft;
    draft.type = type;
    draft.home = info.id;
    draft.payload.assign(builder.GetBufferPointer(),
                         builder.GetBufferPointer() + builder.GetSize());
    return draft;
}

/// A command of the system without drafts.
events::Command system_command(const LedgerInfo& info, const events::CommandId& id);
/// Deterministic bytes of the drafts, in place of a reader's canonical form.
void set_canonical(events::Command& command);

// -- proof events (settled.md 5) ------------------------------------------------------------------

/// Digests of the views after the first `size` events.
struct ViewRecord {
    std::uint64_t size = 0;
    std::uint32_t version = 0;
    std::map<std::string, events::Hash> views;
};

/// What was signed of the log and what follows from it, told in the log.
struct Recording {
    proof::Checkpoint checkpoint;
    StreamMap::State map;
    std::optional<ViewRecord> views;
};
/// The same id for the same size, so that sending it again is harmless.
events::Command recording_command(const LedgerInfo& info, const Recording& recording);

// -- keys and origins -----------------------------------------------------------------------------

/// What old and new key have signed (rotation_statement in ledger/notary.h).
struct KeyRotation {
    std::uint64_t size = 0;
    proof::VerifierKey older, newer;
    std::string by_older, by_newer;
};
events::Command rotation_command(const LedgerInfo& info, const KeyRotation& rotation);

/// A log that was put back behind what had been signed.
struct OriginChange {
    proof::Checkpoint signed_last;  ///< under the old origin
    std::uint64_t found_size = 0;
    proof::VerifierKey new_key;  ///< its name is the new origin
    events::Id approver;
    std::string reason_json;  ///< a JSON string; sealed
};
events::Command restored_command(const LedgerInfo& info, const OriginChange& change);

/// A key as events carry it: type byte and public key.
std::string stored_key(const proof::VerifierKey& key);

}  // namespace ledger
