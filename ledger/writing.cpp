#include "ledger/writing.h"

#include <algorithm>

#include "ledger/bytes.h"
#include "ledger/genesis.h"
#include "ledger/sealing.h"

namespace ledger {
namespace {

/// Bounds of what stands around a payload: 128 streams, a sealed part per class, the actor; and of
/// what stands around the strings of one piece of evidence.
constexpr std::size_t envelope_bytes_max = 8'192;
constexpr std::size_t evidence_bytes_max = 128;

/// Whose key seals the draft's fields: the person's, or that of the home stream where the event
/// is about nobody.
const events::Id& sealing_subject(const events::Placement& placement) {
    return placement.subjects.empty() ? placement.streams.front().id.id
                                      : placement.subjects.front();
}

/// What the events of a command share.
struct Envelope {
    const events::Command& command;
    events::BodyMac mac;
    bool salted = false;  // the salt is inside a sealed part
};

base::Result<void> write_one(Core& core, base::Random& random, events::EventEncoder& encoder,
                             Envelope& envelope, const events::Draft& draft,
                             const events::Placement& placement, Written& out) {
    SealedParts sealed;
    if (!draft.personal.empty()) {
        const SealedPlace place{core.info.id, placement.event_id,
                                static_cast<std::uint16_t>(draft.type), events::schema_version};
        const auto salt = envelope.salted ? std::nullopt : std::optional(out.salt);
        auto made = seal_draft(*core.vault, place, draft, sealing_subject(placement), salt, random,
                               out.keys);
        if (!made) return made.error();
        sealed = std::move(*made);
        envelope.salted = true;
    }
    const auto bytes = encoder.encode(envelope.command, draft, placement, sealed.refs,
                                      envelope.mac, suite_intl);
    if (!bytes) return bytes.error();
    out.events.push_back(std::make_shared<const std::string>(*bytes));
    out.leaves.push_back(leaf_hash(*bytes));
    for (std::size_t i = 0; i < sealed.blobs.size(); ++i) {
        out.blobs.push_back({placement.position.value, static_cast<std::uint16_t>(i),
                             std::move(sealed.blobs[i])});
    }
    return {};
}

bool seals_anything(const events::Command& command) {
    return std::any_of(command.drafts.begin(), command.drafts.end(),
                       [](const events::Draft& draft) { return !draft.personal.empty(); });
}

/// No event of this draft can be longer, whatever its envelope holds.
std::size_t most_bytes(const events::Command& command, const events::Draft& draft) {
    std::size_t out = envelope_bytes_max + command.actor.region.size() + draft.payload.size();
    for (const auto& item : draft.evidence) {
        out += evidence_bytes_max + item.alg.size() + item.digest.size() + item.media_type.size();
    }
    return out;
}

/// One part per class of the draft's personal fields; their size does not depend on what is sealed.
std::vector<events::SealedRef> parts_to_be(const events::Draft& draft) {
    std::vector<events::SealedRef> out;
    for (const auto personal_class : events::schema::EnumValuesPersonalClass()) {
        const bool has = std::any_of(
            draft.personal.begin(), draft.personal.end(),
            [&](const auto& field) { return field.personal_class == personal_class; });
        if (!has) continue;
        out.emplace_back();
        out.back().personal_class = personal_class;
        out.back().blob_bytes = 1;
    }
    return out;
}

base::Error pointing_at(base::Error error, const events::Command& command, std::size_t index) {
    if (command.drafts.size() > 1) error.pointer = "/" + std::to_string(index) + error.pointer;
    return error;
}

}  // namespace

events::Hash body_mac(const events::Hash& salt, const events::Command& command) {
    return sha256({text_of(salt), command.canonical});
}

base::Result<void> check_sizes(events::EventEncoder& encoder, const events::Command& command,
                               const std::vector<events::Placement>& placements) {
    for (std::size_t i = 0; i < placements.size(); ++i) {
        const auto& draft = command.drafts[i];
        if (most_bytes(command, draft) <= events::event_bytes_max) continue;
        events::BodyMac mac;
        if (!seals_anything(command)) mac.salt.emplace();
        const auto trial = encoder.encode(command, draft, placements[i], parts_to_be(draft), mac,
                                          suite_intl);
        if (!trial) return pointing_at(trial.error(), command, i);
    }
    return {};
}

base::Result<Written> write_events(Core& core, base::Random& random, events::EventEncoder& encoder,
                                   const events::Command& command,
                                   const std::vector<events::Placement>& placements) {
    ENSURE(placements.size() == command.drafts.size(), "every draft has its place");
    Written out;
    random.fill(out.salt);
    Envelope envelope{command, {body_mac(out.salt, command), std::nullopt}};
    // In clear the salt would let anyone try out what the sealed fields say.
    if (!seals_anything(command)) envelope.mac.salt = out.salt;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        const auto done =
            write_one(core, random, encoder, envelope, command.drafts[i], placements[i], out);
        if (!done) return pointing_at(done.error(), command, i);
    }
    return out;
}

}  // namespace ledger
