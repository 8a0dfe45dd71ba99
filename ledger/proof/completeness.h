// "These are all N events of that stream", or "there is no such stream": a proof that needs
// nothing else. Three steps lead from the claim to a signature:
//
//   state of the stream ─▶ root of the completeness map        (the map's path)
//   that root           ─▶ an event StreamMapRecorded in the log (its bytes)
//   that event          ─▶ a checkpoint                         (inclusion, log signature, policy)
//
// As a text:
//
//   ledger/completeness/v1 LF
//   stream KIND/ID LF
//   state COUNT LAST LF        or: state none LF
//   map BASE64 LF              MapProof::encoded()
//   record BASE64 LF           bytes of the event StreamMapRecorded
//   (a tlog-proof of that event)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/proof/policy.h"
#include "ledger/proof/stream_map.h"
#include "ledger/proof/tlog_proof.h"

namespace proof {

/// What an event StreamMapRecorded says: the map of the first `size` events.
struct MapRecord {
    std::uint64_t position = 0;  ///< of the event itself
    std::uint64_t size = 0;
    std::uint64_t streams = 0;
    Hash root{};

    bool operator==(const MapRecord&) const = default;
};

/// Reads the record out of an event's bytes; this room does not know events.
/// `ledger::read_map_record` (ledger/map_record.h) is the one.
using ReadMapRecord = std::function<base::Result<MapRecord>(std::string_view event)>;

/// Whether the map of that record says this of the stream. `state` nothing: there is none.
/// Fails with `invalid` E_PROOF, `corrupt` E_COMPLETENESS.
base::Result<void> verify_map(const events::StreamId& stream,
                              const std::optional<StreamState>& state, const MapProof& proof,
                              const MapRecord& record);

struct CompletenessProof {
    events::StreamId stream;
    std::optional<StreamState> state;  ///< nothing: there is no such stream
    MapProof map;
    std::string record;   ///< bytes of the event StreamMapRecorded: the leaf
    TlogProof inclusion;  ///< of that event

    std::string encoded() const;
    /// Fails with `invalid` E_PROOF.
    static base::Result<CompletenessProof> parse(std::string_view text);
};

/// What a good proof says: as of `record.size` events the stream has this state.
struct ProvenStream {
    events::StreamId stream;
    std::optional<StreamState> state;
    MapRecord record;
    Proven under;
};
/// Errors: those of verify(TlogProof), of `read` and of verify_map; `corrupt` E_COMPLETENESS if the
///         event does not stand where the proof says.
base::Result<ProvenStream> verify(const CompletenessProof& proof, const Policy& policy,
                                  const ReadMapRecord& read);

}  // namespace proof
