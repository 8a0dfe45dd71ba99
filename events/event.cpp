#include "events/event.h"

// The direct functions are deprecated for being bound to one algorithm, which is what we want.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <map>

#include "events/base/ensure.h"
#include "events/catalogue.h"

namespace events {
namespace {

constexpr std::size_t verifier_depth_max = 64;
constexpr std::size_t verifier_tables_max = 10'000;

base::Error corrupt(std::string what) {
    return {base::Fault::corrupt, "E_EVENT_BYTES", std::move(what)};
}

const std::uint8_t* unsigned_bytes(std::string_view bytes) {
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

template <class T>
flatbuffers::Offset<flatbuffers::Vector<const T*>> structs(flatbuffers::FlatBufferBuilder& builder,
                                                           const std::vector<T>& items) {
    if (items.empty()) return 0;
    return builder.CreateVectorOfStructs(items);
}

schema::Digest stored(const Hash& hash) {
    schema::Digest out;
    std::memcpy(static_cast<void*>(&out), hash.data(), hash.size());
    return out;
}

/// Optional structs of the envelope, kept where the builder can point at them.
struct Envelope {
    schema::Id event_id, command_id, actor_id, organisation, on_behalf_of;
    schema::Id correlation, causation, named_as;
    schema::Date from, to;
    schema::Instant recorded_at;
    schema::Digest mac, salt;

    static const schema::Id* keep(schema::Id& place, const std::optional<Id>& id) {
        if (!id) return nullptr;
        place = id->stored();
        return &place;
    }
};

/// What a reader may take for granted of a table, out of the catalogue once and for all: events
/// are read by the million, and the catalogue is made for people.
struct Musts {
    struct Inner {
        flatbuffers::voffset_t slot = 0;
        const Musts* table = nullptr;  ///< null: a payload, of the type named beside it
        bool list = false;
    };
    std::vector<flatbuffers::voffset_t> required;
    std::vector<Inner> inner;
};

class MustBook {
public:
    static const MustBook& built_in() {
        static const MustBook book;
        return book;
    }
    const Musts& envelope() const { return *envelope_; }
    /// Null for a number that is no type.
    const Musts* payload(std::uint8_t type) const { return by_number_[type]; }

private:
    MustBook() {
        const auto& catalogue = Catalogue::built_in();
        for (const auto& table : catalogue.tables()) musts_[&table];
        for (auto& [table, musts] : musts_) {
            for (const auto& field : table->fields) add(field, musts);
        }
        for (std::size_t number = 0; number < by_number_.size(); ++number) {
            const auto* type = catalogue.find(static_cast<schema::Payload>(number));
            if (type != nullptr) by_number_[number] = &musts_.at(type->table);
        }
        envelope_ = &musts_.at(catalogue.table("Event"));
    }
    void add(const FieldInfo& field, Musts& musts) const {
        const bool in_clear = field.personal == PersonalClass::none;
        if (field.must && in_clear) musts.required.push_back(field.slot());
        if (field.type == FieldType::payload) musts.inner.push_back({field.slot(), nullptr, false});
        if (field.type == FieldType::table)
            musts.inner.push_back({field.slot(), &musts_.at(field.table), field.list});
    }

    std::map<const TableInfo*, Musts> musts_;
    std::array<const Musts*, 256> by_number_{};
    const Musts* envelope_ = nullptr;
};

/// Whether everything that a reader may take for granted is there.
bool has_all_musts(const Musts& musts, const flatbuffers::Table& table, int depth) {
    if (depth > 32) return false;
    for (const auto slot : musts.required) {
        if (!table.CheckField(slot)) return false;
    }
    for (const auto& field : musts.inner) {
        if (field.list) {
            using Items = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
            const auto* items = table.GetPointer<const Items*>(field.slot);
            for (flatbuffers::uoffset_t i = 0; items != nullptr && i < items->size(); ++i) {
                if (!has_all_musts(*field.table, *items->Get(i), depth + 1)) return false;
            }
            continue;
        }
        const auto* inner = table.GetPointer<const flatbuffers::Table*>(field.slot);
        if (inner == nullptr) continue;
        const auto* known = field.table;
        if (known == nullptr) {
            const auto type = table.GetField<std::uint8_t>(
                static_cast<flatbuffers::voffset_t>(field.slot - sizeof(flatbuffers::voffset_t)),
                0);
            known = MustBook::built_in().payload(type);
        }
        if (known == nullptr || !has_all_musts(*known, *inner, depth + 1)) return false;
    }
    return true;
}

}  // namespace

base::Result<const schema::Event*> read_event(std::string_view bytes) {
    if (bytes.size() > event_bytes_max) return corrupt("an event is at most 65,535 bytes long");
    if (bytes.size() < 8 + flatbuffers::kFileIdentifierLength) return corrupt("too few bytes");
    flatbuffers::Verifier verifier(unsigned_bytes(bytes), bytes.size(), verifier_depth_max,
                                   verifier_tables_max);
    if (!schema::VerifyEventBuffer(verifier)) return corrupt("not a well-formed event");

    const auto& event = *schema::GetEvent(bytes.data());
    const auto streams = event.streams()->size();
    if (streams < 1 || streams > event_streams_max) return corrupt("1 to 128 streams are needed");
    const auto& book = MustBook::built_in();
    const auto* type = book.payload(static_cast<std::uint8_t>(event.payload_type()));
    if (!type || !event.payload()) return corrupt("the payload is of no known type");
    if (event.command_index() >= event.command_size()) return corrupt("no such place in a command");
    const auto& table = reinterpret_cast<const flatbuffers::Table&>(event);
    if (!has_all_musts(book.envelope(), table, 0)) return corrupt("a required field is missing");
    return &event;
}

namespace {

/// As ledger/proof/hashes.cpp: the library's SHA-256 without its choice of algorithms around it,
/// which would cost more than the one block that is hashed here.
Hash sha256(std::span<const std::uint8_t> input) {
    SHA256_CTX context;
    Hash out;
    const bool hashed = SHA256_Init(&context) == 1 &&
                        SHA256_Update(&context, input.data(), input.size()) == 1 &&
                        SHA256_Final(out.data(), &context) == 1;
    ENSURE(hashed, "hashing memory cannot fail");
    return out;
}

}  // namespace

Id event_id_of(const Id& ledger, const CommandId& command, std::uint16_t index) {
    static constexpr std::string_view domain = "ledger/event/v1";
    std::array<std::uint8_t, domain.size() + 16 + 16 + 2> input;
    std::memcpy(input.data(), domain.data(), domain.size());
    std::memcpy(input.data() + domain.size(), ledger.bytes.data(), 16);
    std::memcpy(input.data() + domain.size() + 16, command.bytes.data(), 16);
    input[input.size() - 2] = static_cast<std::uint8_t>(index >> 8);
    input[input.size() - 1] = static_cast<std::uint8_t>(index & 0xff);

    const Hash hash = sha256(input);
    Id id;
    std::memcpy(id.bytes.data(), hash.data(), id.bytes.size());
    return id;
}

struct EventEncoder::State {
    using Text = flatbuffers::Offset<flatbuffers::String>;

    flatbuffers::FlatBufferBuilder builder{4096};
    std::vector<schema::StreamRef> streams;
    std::vector<schema::Id> subjects;
    std::vector<flatbuffers::Offset<schema::SealedPart>> parts;
    std::vector<flatbuffers::Offset<schema::Evidence>> evidence;

    Text text(const std::string& value) {
        return value.empty() ? Text() : builder.CreateString(value);
    }
    flatbuffers::Offset<void> copy_payload(const std::vector<std::uint8_t>& payload);
    flatbuffers::Offset<schema::Actor> write_actor(const Actor& actor, Envelope& envelope);
    flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::Evidence>>>
    write_evidence(const std::vector<EvidenceItem>& items);
    flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::SealedPart>>>
    write_parts(std::span<const SealedRef> sealed);
};

// Offsets inside a FlatBuffers buffer are relative and its alignment counts from its end, so a
// whole finished buffer (without the pointer to its root) can stand inside another one.
flatbuffers::Offset<void> EventEncoder::State::copy_payload(
    const std::vector<std::uint8_t>& payload) {
    constexpr std::size_t root_pointer = sizeof(flatbuffers::uoffset_t);
    ENSURE(payload.size() > root_pointer, "a draft carries its payload");
    const auto root = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(payload.data());
    builder.Align(sizeof(std::uint64_t));
    const auto below = builder.GetSize();
    builder.PushBytes(payload.data() + root_pointer, payload.size() - root_pointer);
    return below + static_cast<flatbuffers::uoffset_t>(payload.size()) - root;
}

flatbuffers::Offset<schema::Actor> EventEncoder::State::write_actor(const Actor& actor,
                                                                    Envelope& envelope) {
    const auto region = text(actor.region);
    envelope.actor_id = actor.id.stored();
    return schema::CreateActor(builder, &envelope.actor_id,
                               Envelope::keep(envelope.organisation, actor.organisation),
                               actor.role, region,
                               Envelope::keep(envelope.on_behalf_of, actor.on_behalf_of),
                               actor.assurance);
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::Evidence>>>
EventEncoder::State::write_evidence(const std::vector<EvidenceItem>& items) {
    if (items.empty()) return 0;
    evidence.clear();
    for (const auto& item : items) {
        const auto alg = text(item.alg);
        const auto digest = builder.CreateVector(
            reinterpret_cast<const std::uint8_t*>(item.digest.data()), item.digest.size());
        const auto media_type = text(item.media_type);
        schema::EvidenceBuilder one(builder);
        one.add_alg(alg);
        one.add_digest(digest);
        one.add_media_type(media_type);
        if (item.bytes) one.add_bytes(*item.bytes);
        evidence.push_back(one.Finish());
    }
    return builder.CreateVector(evidence);
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::SealedPart>>>
EventEncoder::State::write_parts(std::span<const SealedRef> sealed) {
    if (sealed.empty()) return 0;
    parts.clear();
    for (const auto& part : sealed) {
        const auto subject = part.subject.stored();
        const auto key = part.key.stored();
        const auto commitment = stored(part.key_commitment);
        const auto digest = stored(part.ciphertext_digest);
        parts.push_back(schema::CreateSealedPart(builder, &subject, part.personal_class, &key,
                                                 &commitment, &digest, part.blob_bytes));
    }
    return builder.CreateVector(parts);
}

EventEncoder::EventEncoder() : state_(std::make_unique<State>()) {}
EventEncoder::~EventEncoder() = default;
EventEncoder::EventEncoder(EventEncoder&&) noexcept = default;

base::Result<std::string_view> EventEncoder::encode(const Command& command, const Draft& draft,
                                                    const Placement& placement,
                                                    std::span<const SealedRef> sealed,
                                                    const BodyMac& mac, std::uint8_t suite) {
    ENSURE(!placement.streams.empty(), "an event has a home stream");
    ENSURE(placement.command_index < placement.command_size, "an event has a place in its command");
    if (placement.streams.size() > event_streams_max) {
        return base::Error{base::Fault::invalid, "E_TOO_MANY_STREAMS",
                           "an event concerns at most 128 streams; split the command"};
    }
    auto& builder = state_->builder;
    builder.Clear();
    Envelope envelope;

    state_->streams.clear();
    for (const auto& stream : placement.streams) {
        state_->streams.emplace_back(stream.id.id.stored(), stream.revision.value, stream.id.kind);
    }
    state_->subjects.clear();
    for (const auto& subject : placement.subjects) state_->subjects.push_back(subject.stored());

    const auto payload = state_->copy_payload(draft.payload);
    const auto streams = structs(builder, state_->streams);
    const auto subjects = structs(builder, state_->subjects);
    const auto parts = state_->write_parts(sealed);
    const auto evidence = state_->write_evidence(draft.evidence);
    const auto actor = state_->write_actor(command.actor, envelope);

    envelope.event_id = placement.event_id.stored();
    envelope.command_id = command.id.stored();
    envelope.from = placement.from.stored();
    envelope.recorded_at = placement.recorded_at.stored();
    envelope.mac = stored(mac.mac);

    schema::EventBuilder event(builder);
    event.add_position(placement.position.value);
    event.add_event_id(&envelope.event_id);
    event.add_streams(streams);
    event.add_schema_version(schema_version);
    event.add_suite(suite);
    event.add_recorded_at(&envelope.recorded_at);
    event.add_effective_from(&envelope.from);
    if (placement.to) {
        envelope.to = placement.to->stored();
        event.add_effective_to(&envelope.to);
    }
    event.add_actor(actor);
    event.add_command_id(&envelope.command_id);
    event.add_command_index(placement.command_index);
    event.add_command_size(placement.command_size);
    event.add_correlation_id(Envelope::keep(envelope.correlation, command.correlation));
    event.add_causation_id(Envelope::keep(envelope.causation, command.causation));
    event.add_legal_basis(draft.legal_basis);
    event.add_evidence(evidence);
    event.add_subjects(subjects);
    event.add_sealed(parts);
    event.add_body_mac(&envelope.mac);
    if (mac.salt) {
        envelope.salt = stored(*mac.salt);
        event.add_body_salt(&envelope.salt);
    }
    event.add_first_load(command.first_load);
    event.add_proposed(placement.proposed);
    event.add_named_as(Envelope::keep(envelope.named_as, placement.named_as));
    event.add_payload_type(draft.type);
    event.add_payload(payload);
    schema::FinishEventBuffer(builder, event.Finish());

    const std::string_view bytes(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                                 builder.GetSize());
    if (bytes.size() > event_bytes_max) {
        return base::Error{base::Fault::invalid, "E_EVENT_TOO_LARGE",
                           "the encoded event is longer than 65,535 bytes; split it"};
    }
    ENSURE(read_event(bytes), "what is written can be read");
    return bytes;
}

}  // namespace events
