// The stored event: its bytes, checked once, then read in place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/command.h"
#include "events/dates.h"
#include "events/ids.h"
#include "events/schema/event_generated.h"

namespace events {

/// Encoded size of an event at most (an entry of a tile is framed by a u16).
inline constexpr std::size_t event_bytes_max = 65'535;
/// Events of one command at most.
inline constexpr std::size_t command_events_max = 1'000;
/// Streams one event may stand in.
inline constexpr std::size_t event_streams_max = 128;
/// Version of the schema that this build writes.
inline constexpr std::uint16_t schema_version = 1;

/// Runs the FlatBuffers verifier (depth 64, 10,000 tables) and checks what every event must have.
/// Fails with `corrupt` E_EVENT_BYTES. The view is valid as long as the bytes are.
base::Result<const schema::Event*> read_event(std::string_view bytes);

/// The event of bytes that were verified before (own store, checksummed): no second verification.
inline const schema::Event& trusted_event(std::string_view bytes) {
    return *schema::GetEvent(bytes.data());
}

/// First 16 bytes of SHA-256("ledger/event/v1" ‖ ledger ‖ command ‖ u16 big-endian index).
Id event_id_of(const Id& ledger, const CommandId& command, std::uint16_t index);

/// Everything about an event that the registrar decides.
struct Placement {
    struct Stream {
        StreamId id;
        Revision revision;
    };

    Position position;
    Id event_id;
    std::vector<Stream> streams;  ///< the home stream first
    Instant recorded_at;
    Date from;
    std::optional<Date> to;
    std::vector<Id> subjects;
    bool proposed = false;
    std::optional<Id> named_as;
    std::uint16_t command_index = 0;
    std::uint16_t command_size = 1;
};

/// A sealed part as the event commits to it; the blob lies beside the log.
struct SealedRef {
    Id subject;
    PersonalClass personal_class = PersonalClass::none;
    Id key;
    Hash key_commitment{};
    Hash ciphertext_digest{};
    std::uint32_t blob_bytes = 0;
};

struct BodyMac {
    Hash mac{};
    std::optional<Hash> salt;  ///< only where nothing is sealed
};

/// Encodes the event. The draft's payload buffer is copied as it is now, so references and
/// filled-in fields must have been set. Fails with `invalid` E_EVENT_TOO_LARGE.
/// Threads: one encoder per thread.
class EventEncoder {
public:
    EventEncoder();
    ~EventEncoder();
    EventEncoder(EventEncoder&&) noexcept;

    /// The bytes are valid until the next call.
    base::Result<std::string_view> encode(const Command& command, const Draft& draft,
                                          const Placement& placement,
                                          std::span<const SealedRef> sealed, const BodyMac& mac,
                                          std::uint8_t suite);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace events
