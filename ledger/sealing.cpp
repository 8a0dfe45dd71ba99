#include "ledger/sealing.h"

#include <algorithm>
#include <cstring>

#include "events/schema/sealed_generated.h"
#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::size_t small_step = 64;
constexpr std::size_t small_most = 1024;
constexpr std::size_t large_step = 256;

using Salts = std::vector<std::array<std::uint8_t, 32>>;

void build_record(flatbuffers::FlatBufferBuilder& builder,
                  const std::vector<const events::PersonalField*>& fields, const Salts& salts,
                  const std::optional<events::Hash>& body_salt, std::size_t padding) {
    builder.Clear();
    std::vector<flatbuffers::Offset<events::schema::SealedField>> built;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto json = builder.CreateString(fields[i]->json);
        const auto salt = builder.CreateVector(salts[i].data(), salts[i].size());
        const auto path = builder.CreateString(fields[i]->path);
        built.push_back(events::schema::CreateSealedField(builder, path, salt, json));
    }
    const auto list = builder.CreateVector(built);
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> salt;
    if (body_salt) salt = builder.CreateVector(body_salt->data(), body_salt->size());
    const std::vector<std::uint8_t> zeros(padding);
    const auto filler = builder.CreateVector(zeros);
    builder.Finish(events::schema::CreateSealedRecord(builder, list, salt, filler));
}

/// The record in its length class. Padding adds exactly its own bytes while it is a multiple of
/// the buffer's alignment, which every class is.
std::string padded_record(const std::vector<const events::PersonalField*>& fields,
                          const std::optional<events::Hash>& body_salt, base::Random& random) {
    static thread_local flatbuffers::FlatBufferBuilder builder(1024);
    Salts salts(fields.size());
    for (auto& salt : salts) random.fill(salt);
    build_record(builder, fields, salts, body_salt, 0);
    const std::size_t bare = builder.GetSize();
    build_record(builder, fields, salts, body_salt, padded_length(bare) - bare);
    ENSURE(builder.GetSize() == padded_length(bare), "a record fills its length class");
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace

std::size_t padded_length(std::size_t bytes) {
    const std::size_t step = bytes <= small_most ? small_step : large_step;
    return (bytes + step - 1) / step * step;
}

SealedBlob seal_record(const SealedPlace& place, const events::Id& subject,
                       events::PersonalClass personal_class,
                       const std::vector<const events::PersonalField*>& fields,
                       const std::optional<events::Hash>& body_salt, const DataKey& key,
                       base::Random& random) {
    auto record = padded_record(fields, body_salt, random);
    const auto nonce = random.bytes<24>();
    SealedBlob out;
    out.blob = text_of(nonce);
    out.blob += seal_xaes(key.derived.encryption, nonce, record,
                          associated_data(place, key.id, personal_class));
    wipe({reinterpret_cast<std::uint8_t*>(record.data()), record.size()});
    out.ref.subject = subject;
    out.ref.personal_class = personal_class;
    out.ref.key = key.id;
    out.ref.key_commitment = key.derived.commitment;
    out.ref.ciphertext_digest = ciphertext_digest(out.blob);
    out.ref.blob_bytes = static_cast<std::uint32_t>(out.blob.size());
    return out;
}

base::Result<SealedParts> seal_draft(Vault& vault, const SealedPlace& place,
                                     const events::Draft& draft, const events::Id& subject,
                                     const std::optional<events::Hash>& body_salt,
                                     base::Random& random, VaultChanges& changes) {
    SealedParts out;
    for (const auto personal_class : events::schema::EnumValuesPersonalClass()) {
        std::vector<const events::PersonalField*> fields;
        for (const auto& field : draft.personal) {
            if (field.personal_class == personal_class) fields.push_back(&field);
        }
        if (fields.empty()) continue;
        ENSURE(personal_class != events::PersonalClass::none, "a personal field has a class");
        const auto key = vault.make(subject, personal_class, random, changes);
        if (!key) return key.error();
        auto sealed = seal_record(place, subject, personal_class, fields,
                                  out.refs.empty() ? body_salt : std::nullopt, **key, random);
        out.refs.push_back(sealed.ref);
        out.blobs.push_back(std::move(sealed.blob));
    }
    return out;
}

Opening open_part(const SealedPlace& place, const events::schema::SealedPart& part,
                  std::string_view blob, const DataKey* key, OpenedPart& out) {
    if (!same(ciphertext_digest(blob), hash_of(*part.ciphertext_digest()))) {
        return Opening::damaged;
    }
    if (key == nullptr || key->id != events::Id::of(*part.key())) return Opening::no_key;
    if (!same(key->derived.commitment, hash_of(*part.key_commitment()))) return Opening::damaged;
    return open_record(place, part, blob, message_key_of(key->derived.encryption, blob), out);
}

}  // namespace ledger
