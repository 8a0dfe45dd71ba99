// What a caller gets for a recorded command, now and on every later retry.
#pragma once

#include <vector>

#include "events/dates.h"
#include "events/event.h"
#include "events/ids.h"
#include "events/rules/decide.h"

namespace ledger {

struct Receipt {
    struct Item {
        events::Position position;
        events::Id event;
        std::vector<events::Placement::Stream> streams;
        events::Hash leaf{};
    };

    events::CommandId command;
    events::Instant recorded_at;
    std::vector<Item> items;                ///< in order of the command's drafts
    std::vector<events::Warning> warnings;  ///< empty on a replay
    bool proposed = false;                  ///< waits for approval
    bool replayed = false;                  ///< the command had been recorded before
};

}  // namespace ledger
