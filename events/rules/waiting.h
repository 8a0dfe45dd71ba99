// What rests on an event that waits for a second pair of eyes. Internal to events/rules.
#pragma once

#include "events/rules/deciding.h"

namespace events {

/// The reason why nothing can be built on the event at `opened`: E_AWAITS_APPROVAL while its
/// command waits for approval, E_PROPOSAL_REJECTED after it was rejected, else `otherwise`.
base::Error unless_waiting(const Deciding& deciding, Position opened, base::Error otherwise);

/// The same of what opened the stream.
base::Error unless_waiting(const Deciding& deciding, const StreamId& stream,
                           base::Error otherwise);

/// The same of what opened a site of the employer.
base::Error unless_site_waits(const Deciding& deciding, const Id& employer, const Id& site,
                              base::Error otherwise);

}  // namespace events
