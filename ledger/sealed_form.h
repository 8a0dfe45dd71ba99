// What a sealed blob looks like, and how one is opened when its key is shown with it. Pure: an
// auditor's program links it without the rest of the room.
//
//   blob = nonce (24) | XAES-256-GCM(SealedRecord) | tag (16)
//   associated data = ledger id | event id | type u16 | schema version u16 | key id | class u8
//   the event holds key id, key commitment and SHA-256("ledger/ct/v1" ‖ blob)
//
// XAES-256-GCM makes an AES-256-GCM key of its own for each blob. That message key opens this blob
// and no other one of the same person, so it can be shown where the data key must not be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/command.h"
#include "ledger/crypto.h"

namespace ledger {

/// Where a blob belongs: it opens nowhere else.
struct SealedPlace {
    events::Id ledger;
    events::Id event;
    std::uint16_t type = 0;
    std::uint16_t schema_version = 0;
};
SealedPlace place_of(const events::Id& ledger, const events::schema::Event& event);
std::string associated_data(const SealedPlace& place, const events::Id& key,
                            events::PersonalClass personal_class);

events::Hash ciphertext_digest(std::string_view blob);
events::Hash hash_of(const events::schema::Digest& stored);

struct OpenedPart {
    std::vector<events::PersonalField> fields;
    std::optional<events::Hash> body_salt;
};

/// Why a blob does not open.
enum class Opening { opened, no_key, damaged };

/// The message key of a blob under the encryption key of its data key.
Key message_key_of(const Key& encryption, std::string_view blob);
/// Opens the blob with its message key; its digest is not looked at.
Opening open_record(const SealedPlace& place, const events::schema::SealedPart& part,
                    std::string_view blob, const Key& message_key, OpenedPart& out);
/// Checks that the event commits to the blob, then opens it.
Opening open_disclosed(const SealedPlace& place, const events::schema::SealedPart& part,
                       std::string_view blob, const Key& message_key, OpenedPart& out);

}  // namespace ledger
