// The event StreamMapRecorded as proofs of completeness need it. Of this room only by its place:
// it needs no store, so that a verifier without one can include it.
#pragma once

#include <algorithm>
#include <string_view>

#include "events/event.h"
#include "ledger/proof/completeness.h"

namespace ledger {

/// REQUIRES: verified bytes (own store).
inline std::optional<proof::MapRecord> map_record_of(const events::schema::Event& event) {
    const auto* said = event.payload_as_StreamMapRecorded();
    if (said == nullptr || !said->size() || !said->streams() || said->root() == nullptr)
        return std::nullopt;
    proof::MapRecord out{event.position(), *said->size(), *said->streams(), {}};
    std::copy_n(said->root()->bytes()->begin(), out.root.size(), out.root.begin());
    return out;
}

/// Fails with `corrupt` E_EVENT_BYTES, `invalid` E_PROOF for an event of another type.
inline base::Result<proof::MapRecord> read_map_record(std::string_view bytes) {
    const auto event = events::read_event(bytes);
    if (!event) return event.error();
    if (const auto record = map_record_of(**event)) return *record;
    return base::Error{base::Fault::invalid, "E_PROOF",
                       "the record of the map is not an event StreamMapRecorded"};
}

}  // namespace ledger
