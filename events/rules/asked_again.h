// What is asked when a proposal takes effect. Internal to events/rules.
#pragma once

#include "events/rules/deciding.h"

namespace events {

/// Asks the families once more, on the newest standing, what they asked when the command of that
/// block was proposed: an approval makes nothing effective that would be refused today. Not asked
/// again: role, expected revisions, the date window (that is what the approval is about), and the
/// numbers of identity documents, which are sealed by now and have been kept for the proposal.
/// Of corrections it asks whether target, employer and site still allow them (settled.md 2.3).
/// REQUIRES: the draft at `index` is the approval, and all before it have been folded in.
base::Result<void> ask_again(Deciding& deciding, std::size_t index, const History::Block& block);

}  // namespace events
