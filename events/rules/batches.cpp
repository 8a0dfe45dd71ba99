// INV-X5 as seen from the affiliation: what only makes sense together is recorded together.
#include "events/rules/deciding.h"

namespace events {
namespace {

using schema::Payload;

/// The person whose record the draft changes, through merges and processes.
Id person_of(const Deciding& deciding, std::size_t index) {
    for (const auto& stream : deciding.decision.placements[index].streams) {
        if (stream.id.kind == StreamKind::talent) return stream.id.id;
    }
    return {};
}

/// Whether the command holds another draft of the type about the same person and day.
bool goes_with(const Deciding& deciding, std::size_t index, Payload type) {
    const auto& placements = deciding.decision.placements;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        if (i == index || deciding.command.drafts[i].type != type) continue;
        const bool same = person_of(deciding, i) == person_of(deciding, index) &&
                          placements[i].from == placements[index].from;
        if (same) return true;
    }
    return false;
}

base::Error incomplete(std::size_t index, std::string what) {
    auto error = refusal("E_BATCH_INCOMPLETE", std::move(what));
    error.pointer = "/" + std::to_string(index);
    return error;
}

}  // namespace

base::Result<void> check_batches(Deciding& deciding) {
    for (std::size_t i = 0; i < deciding.command.drafts.size(); ++i) {
        const auto& draft = deciding.command.drafts[i];
        if (draft.type == Payload::AffiliationEnded &&
            draft.as<schema::AffiliationEnded>().reason() == schema::EndReason::TRANSFER &&
            !goes_with(deciding, i, Payload::TransferEffected)) {
            return incomplete(i, "An affiliation ends by transfer only with the transfer.");
        }
        if (draft.type == Payload::TransferEffected &&
            (!goes_with(deciding, i, Payload::AffiliationEnded) ||
             !goes_with(deciding, i, Payload::AffiliationStarted))) {
            return incomplete(i, "A transfer ends one affiliation and starts another that day.");
        }
        if (draft.type == Payload::ArrivalRecorded &&
            !goes_with(deciding, i, Payload::AffiliationStarted)) {
            return incomplete(i, "An arrival starts an affiliation on the same day.");
        }
        if (draft.type == Payload::DepartureRecorded &&
            !goes_with(deciding, i, Payload::AffiliationEnded)) {
            return incomplete(i, "A departure ends an affiliation on the same day.");
        }
    }
    return {};
}

}  // namespace events
