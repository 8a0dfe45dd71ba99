#include "ledger/sealed_form.h"

#include <cstring>

#include "events/schema/sealed_generated.h"
#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::size_t nonce_bytes = sizeof(Nonce24);

Nonce24 nonce_of(std::string_view blob) { return ByteReader(blob).array<nonce_bytes>(); }

bool read_record(std::string_view plain, events::PersonalClass personal_class, OpenedPart& out) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(plain.data());
    flatbuffers::Verifier verifier(bytes, plain.size());
    if (!verifier.VerifyBuffer<events::schema::SealedRecord>(nullptr)) return false;
    const auto& record = *flatbuffers::GetRoot<events::schema::SealedRecord>(bytes);
    if (record.fields() != nullptr) {
        for (const auto* field : *record.fields()) {
            out.fields.push_back({field->path()->str(), personal_class, field->json()->str()});
        }
    }
    if (record.body_salt() != nullptr && record.body_salt()->size() == sizeof(events::Hash)) {
        out.body_salt.emplace();
        std::memcpy(out.body_salt->data(), record.body_salt()->data(), sizeof(events::Hash));
    }
    return true;
}

}  // namespace

SealedPlace place_of(const events::Id& ledger, const events::schema::Event& event) {
    return {ledger, events::Id::of(*event.event_id()),
            static_cast<std::uint16_t>(event.payload_type()), event.schema_version()};
}

std::string associated_data(const SealedPlace& place, const events::Id& key,
                            events::PersonalClass personal_class) {
    std::string out;
    append_bytes(out, place.ledger.bytes);
    append_bytes(out, place.event.bytes);
    append_number(out, place.type);
    append_number(out, place.schema_version);
    append_bytes(out, key.bytes);
    append_number(out, static_cast<std::uint8_t>(personal_class));
    return out;
}

events::Hash ciphertext_digest(std::string_view blob) {
    return sha256({"ledger/ct/v1", blob});
}

events::Hash hash_of(const events::schema::Digest& stored) {
    events::Hash out;
    std::memcpy(out.data(), stored.bytes()->data(), out.size());
    return out;
}

Key message_key_of(const Key& encryption, std::string_view blob) {
    return message_key(encryption, nonce_of(blob));
}

Opening open_record(const SealedPlace& place, const events::schema::SealedPart& part,
                    std::string_view blob, const Key& message_key, OpenedPart& out) {
    if (blob.size() < nonce_bytes + tag_bytes) return Opening::damaged;
    const auto context =
        associated_data(place, events::Id::of(*part.key()), part.personal_class());
    const auto plain = open_gcm(message_key, message_nonce(nonce_of(blob)),
                                blob.substr(nonce_bytes), context);
    if (!plain || !read_record(*plain, part.personal_class(), out)) return Opening::damaged;
    return Opening::opened;
}

Opening open_disclosed(const SealedPlace& place, const events::schema::SealedPart& part,
                       std::string_view blob, const Key& message_key, OpenedPart& out) {
    if (!same(ciphertext_digest(blob), hash_of(*part.ciphertext_digest()))) return Opening::damaged;
    return open_record(place, part, blob, message_key, out);
}

}  // namespace ledger
