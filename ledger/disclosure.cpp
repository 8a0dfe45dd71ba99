#include "ledger/disclosure.h"

#include <fmt/format.h>

#include "ledger/block.h"
#include "ledger/core.h"
#include "ledger/sealing.h"

namespace ledger {
namespace {

base::Error not_what_it_was(const events::schema::Event& event) {
    return {base::Fault::corrupt, "E_LOG_DAMAGED",
            fmt::format("a sealed part of position {} is not what the event commits to",
                        event.position())};
}

}  // namespace

base::Result<std::vector<DisclosedPart>> disclose(const Ledger& ledger,
                                                  const events::schema::Event& event) {
    std::vector<DisclosedPart> out;
    if (event.sealed() == nullptr) return out;
    const Core& core = ledger.core();
    const auto place = place_of(core.info.id, event);
    for (flatbuffers::uoffset_t i = 0; i < event.sealed()->size(); ++i) {
        const auto& part = *event.sealed()->Get(i);
        auto& shown = out.emplace_back();
        shown.subject = events::Id::of(*part.subject());
        shown.personal_class = part.personal_class();
        auto blob = core.log->get(storage::Part::sealed,
                                  blob_key(event.position(), static_cast<std::uint16_t>(i)));
        if (!blob) return blob.error();
        if (!core.vault) {
            shown.erased = true;
            continue;
        }
        const auto key = core.vault->find(shown.subject, shown.personal_class);
        if (!key) return key.error();
        OpenedPart opened;
        const auto outcome = !blob->has_value()
                                 ? Opening::no_key
                                 : open_part(place, part, **blob, key->get(), opened);
        if (outcome == Opening::damaged) return not_what_it_was(event);
        shown.erased = outcome == Opening::no_key;
        if (shown.erased) continue;
        shown.blob = *std::move(*blob);
        shown.message_key = message_key_of((*key)->derived.encryption, shown.blob);
    }
    return out;
}

}  // namespace ledger
