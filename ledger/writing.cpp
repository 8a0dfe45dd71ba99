#include "ledger/writing.h"

#include <algorithm>

#include "ledger/bytes.h"
#include "ledger/sealing.h"

namespace ledger {
namespace {

constexpr std::uint8_t suite_intl = 1;

/// Whose key seals the draft's fields: the person's, or that of the home stream where the event
/// is about nobody.
const events::Id& sealing_subject(const events::Placement& placement) {
    return placement.subjects.empty() ? placement.streams.front().id.id
                                      : placement.subjects.front();
}

/// One event. `salted` becomes true once the command's salt is inside a sealed part.
base::Result<void> write_one(Core& core, events::EventEncoder& encoder,
                             const events::Command& command, const events::Draft& draft,
                             const events::Placement& placement, bool anything_sealed,
                             bool& salted, Written& out) {
    SealedParts sealed;
    if (!draft.personal.empty()) {
        const SealedPlace place{core.info.id, placement.event_id,
                                static_cast<std::uint16_t>(draft.type), events::schema_version};
        const auto salt = salted ? std::nullopt : std::optional(out.salt);
        auto made = seal_draft(*core.vault, place, draft, sealing_subject(placement), salt,
                               core.random, out.vault);
        if (!made) return made.error();
        sealed = std::move(*made);
        salted = true;
    }
    events::BodyMac mac{body_mac(out.salt, command), std::nullopt};
    if (!anything_sealed) mac.salt = out.salt;
    const auto bytes =
        encoder.encode(command, draft, placement, sealed.refs, mac, suite_intl);
    if (!bytes) return bytes.error();
    out.events.push_back(std::make_shared<const std::string>(*bytes));
    out.leaves.push_back(leaf_hash(*bytes));
    for (std::size_t i = 0; i < sealed.blobs.size(); ++i) {
        out.blobs.push_back({placement.position.value, static_cast<std::uint16_t>(i),
                             std::move(sealed.blobs[i])});
    }
    return {};
}

}  // namespace

events::Hash body_mac(const events::Hash& salt, const events::Command& command) {
    return sha256({text_of(salt), command.canonical});
}

base::Result<Written> write_events(Core& core, events::EventEncoder& encoder,
                                   const events::Command& command,
                                   const std::vector<events::Placement>& placements) {
    ENSURE(placements.size() == command.drafts.size(), "every draft has its place");
    Written out;
    core.random.fill(out.salt);
    // In clear the salt would let anyone try out what the sealed fields say.
    const bool anything_sealed =
        std::any_of(command.drafts.begin(), command.drafts.end(),
                    [](const events::Draft& draft) { return !draft.personal.empty(); });
    bool salted = false;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        const auto done = write_one(core, encoder, command, command.drafts[i], placements[i],
                                    anything_sealed, salted, out);
        if (done) continue;
        core.vault->forget(out.vault);
        auto error = done.error();
        if (command.drafts.size() > 1) error.pointer = "/" + std::to_string(i) + error.pointer;
        return error;
    }
    return out;
}

}  // namespace ledger
