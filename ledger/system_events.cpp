#include "ledger/system_events.h"

#include <algorithm>
#include <cstring>

#include "ledger/bytes.h"
#include "ledger/crypto.h"

namespace ledger {
namespace {

using events::schema::Payload;
using flatbuffers::FlatBufferBuilder;

/// An id that depends on what is recorded, so that telling it again changes nothing.
events::CommandId derived_id(const LedgerInfo& info, std::string_view purpose,
                             std::string_view what) {
    const std::string_view ledger(reinterpret_cast<const char*>(info.id.bytes.data()),
                                  info.id.bytes.size());
    const auto hash = sha256({purpose, ledger, what});
    events::CommandId id;
    std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

events::schema::Digest stored(const events::Hash& hash) {
    events::schema::Digest out;
    std::memcpy(static_cast<void*>(&out), hash.data(), hash.size());
    return out;
}

auto vector_of(FlatBufferBuilder& builder, std::string_view bytes) {
    return builder.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

events::Draft checkpoint_draft(const LedgerInfo& info, const proof::Checkpoint& checkpoint) {
    return ops_draft(Payload::CheckpointRecorded, info, [&](FlatBufferBuilder& builder) {
        const auto origin = builder.CreateString(checkpoint.origin);
        const auto root = stored(checkpoint.root);
        return events::schema::CreateCheckpointRecorded(builder, origin, checkpoint.size, &root);
    });
}

events::Draft map_draft(const LedgerInfo& info, const StreamMap::State& map) {
    return ops_draft(Payload::StreamMapRecorded, info, [&](FlatBufferBuilder& builder) {
        const auto root = stored(map.root);
        return events::schema::CreateStreamMapRecorded(builder, map.size, map.streams, &root);
    });
}

events::Draft views_draft(const LedgerInfo& info, const ViewRecord& record) {
    return ops_draft(Payload::ViewDigestsRecorded, info, [&](FlatBufferBuilder& builder) {
        std::vector<flatbuffers::Offset<events::schema::ViewDigest>> rows;
        for (const auto& [view, hash] : record.views) {
            const auto name = builder.CreateString(view);
            const auto digest = stored(hash);
            rows.push_back(events::schema::CreateViewDigest(builder, name, &digest));
        }
        const auto views = builder.CreateVector(rows);
        return events::schema::CreateViewDigestsRecorded(builder, record.size, record.version,
                                                         views);
    });
}

}  // namespace

events::Command system_command(const LedgerInfo& info, const events::CommandId& id) {
    events::Command command;
    command.id = id;
    command.actor.id = info.id;
    command.actor.role = events::Role::Y;
    command.actor.assurance = events::schema::Assurance::SYSTEM;
    return command;
}

void set_canonical(events::Command& command) {
    for (const auto& draft : command.drafts) {
        append_number(command.canonical, static_cast<std::uint8_t>(draft.type));
        append_number(command.canonical, static_cast<std::uint32_t>(draft.payload.size()));
        append_bytes(command.canonical, draft.payload);
        for (const auto& field : draft.personal) command.canonical += field.path + field.json;
    }
}

events::Command recording_command(const LedgerInfo& info, const Recording& recording) {
    std::string size;
    append_number(size, recording.checkpoint.size);
    auto command = system_command(info, derived_id(info, "ledger/recording/v1", size));
    command.drafts.push_back(checkpoint_draft(info, recording.checkpoint));
    command.drafts.push_back(map_draft(info, recording.map));
    if (recording.views) command.drafts.push_back(views_draft(info, *recording.views));
    set_canonical(command);
    return command;
}

events::Command rotation_command(const LedgerInfo& info, const KeyRotation& rotation) {
    const auto newer_key = stored_key(rotation.newer), older_key = stored_key(rotation.older);
    std::string what = newer_key;
    append_number(what, rotation.size);
    auto command = system_command(info, derived_id(info, "ledger/key-rotation/v1", what));
    command.drafts.push_back(
        ops_draft(Payload::SigningKeyRotated, info, [&](FlatBufferBuilder& builder) {
            const auto origin = builder.CreateString(rotation.newer.name);
            const auto older = vector_of(builder, older_key), newer = vector_of(builder, newer_key);
            const auto by_older = vector_of(builder, rotation.by_older);
            const auto by_newer = vector_of(builder, rotation.by_newer);
            return events::schema::CreateSigningKeyRotated(builder, origin, rotation.size, older,
                                                           newer, by_older, by_newer);
        }));
    set_canonical(command);
    return command;
}

events::Command restored_command(const LedgerInfo& info, const OriginChange& change) {
    const auto key = stored_key(change.new_key);
    auto command = system_command(info, derived_id(info, "ledger/log-restored/v1", key));
    auto draft = ops_draft(Payload::LogRestored, info, [&](FlatBufferBuilder& builder) {
        const auto old_origin = builder.CreateString(change.signed_last.origin);
        const auto new_origin = builder.CreateString(change.new_key.name);
        const auto new_key = vector_of(builder, key);
        const auto root = stored(change.signed_last.root);
        const auto approver = change.approver.stored();
        return events::schema::CreateLogRestored(builder, old_origin, new_origin, new_key,
                                                 change.signed_last.size, &root,
                                                 change.found_size, &approver);
    });
    draft.legal_basis = events::schema::LegalBasis::STATUTORY_DUTY;
    draft.personal.push_back({"reason", events::PersonalClass::REMARKS, change.reason_json});
    command.drafts.push_back(std::move(draft));
    set_canonical(command);
    return command;
}

std::string stored_key(const proof::VerifierKey& key) {
    return static_cast<char>(key.type) + key.key;
}

}  // namespace ledger
