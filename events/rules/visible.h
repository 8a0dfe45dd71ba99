// Which events count: corrections, retractions and approvals applied to a set of streams
// (domain.md 2.1, the visibility algorithm; settled.md 2.2, 2.3).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "events/fact.h"
#include "events/ids.h"

namespace events {

/// Whether the event changes what became of another: EventCorrected, EventRetracted.
bool is_correction(schema::Payload type);
/// ActionApproved, ActionRejected.
bool is_verdict(schema::Payload type);

enum class Standing { in_force, replaced, retracted, proposed, rejected };

/// One event of the streams with what became of it.
struct VisibleFact {
    Fact fact;  ///< as recorded; valid while this object or a copy of it lives
    Standing standing = Standing::in_force;
    /// The position from which it counts: its own, or that of its approval.
    Position counts_from;
    /// The fact as it counts now: dates and payload of the correction in force, the position and
    /// identity of the original. Equal to `fact` if never corrected.
    Fact effective;
    std::optional<Position> changed_by;  ///< the correction or retraction in force
    std::optional<Position> decided_by;  ///< approval or rejection
    std::shared_ptr<const std::string> bytes;             ///< keeps `fact` alive
    std::shared_ptr<const std::string> replacement_bytes; ///< keeps `effective` alive
};

/// All events of the streams in position order, each once, with their standing as of the
/// history's head. Corrections of corrections, retractions of corrections and approvals are
/// resolved: the correction whose approval has the greatest position wins.
/// `wanted`: leaves out events that cannot matter, so that a long stream is not copied whole.
std::vector<VisibleFact> visible_facts(std::span<const StreamId> streams, const History& history,
                                       const std::function<bool(const Fact&)>& wanted = {});

/// Those that count (in force or replaced), in the order in which they count: by the position
/// from which they do, then by their own (settled.md 2.3).
std::vector<const VisibleFact*> in_order_of_effect(const std::vector<VisibleFact>& facts);

}  // namespace events
