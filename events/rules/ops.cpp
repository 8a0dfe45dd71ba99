// The ledger's own events: genesis, recovery, the brackets of a first load.
#include "events/rules/deciding.h"

namespace events {

using schema::Payload;

base::Result<void> decide_ops(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const bool open = deciding.standings.first_load_open();
    if (draft.type == Payload::FirstLoadOpened) {
        if (open) return refusal("E_FIRST_LOAD", "A first load is open already.");
        const auto approver = Id::of(*draft.as<schema::FirstLoadOpened>().approver());
        if (approver == deciding.command.actor.id) {
            return refusal("E_FOUR_EYES", "A first load is approved by somebody else.");
        }
    }
    if (draft.type == Payload::FirstLoadClosed && !open) {
        return refusal("E_FIRST_LOAD", "No first load is open.");
    }
    if (draft.type == Payload::LedgerOpened && deciding.placement(index).position != Position{}) {
        return refusal("E_LEDGER_OPEN", "The ledger has been opened already.");
    }
    return {};
}

}  // namespace events
