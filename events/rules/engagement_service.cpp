#include <algorithm>

#include "events/rules/engagement_rules.h"
#include "events/rules/process_step.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

/// Days of active time in the month.
int active_days(const EngagementCase& engagement, const Period& month) {
    int days = 0;
    for (const auto& active : engagement.active_time())
        if (const auto part = active.intersect(month); !part.empty()) days += part.to - part.from;
    return days;
}

/// The last active day in the month: from then on the month may be recorded.
std::optional<Date> last_active_day(const EngagementCase& engagement, const Period& month) {
    std::optional<Date> last;
    for (const auto& active : engagement.active_time())
        if (const auto part = active.intersect(month); !part.empty()) last = part.to - 1;
    return last;
}

base::Result<void> check_month(const Deciding& deciding, const EngagementCase& engagement,
                               const Period& month, const Mdays& worked) {
    const auto last = last_active_day(engagement, month);
    if (!last)
        return refusal("E_SERVICE_RANGE", "The engagement is not active in that month.");
    if (deciding.moment.today < *last)
        return refusal("E_SERVICE_RANGE", "The month is recorded from " + last->text() + ".");
    if (worked.total() > std::int64_t{1000} * active_days(engagement, month))
        return refusal("E_SERVICE_RANGE", "More days are recorded than were active.");
    for (const auto& other : engagement.services)
        if (other.month == month.from)
            return refusal("E_SERVICE_TWICE", "The month has been recorded already.");
    return {};
}

base::Result<void> decide_record(Deciding& deciding, std::size_t index,
                                 const EngagementCase& engagement) {
    const auto& done = deciding.draft(index).as<schema::ServiceRendered>();
    const Mdays worked{done.workday_mday().value_or(0), done.restday_mday().value_or(0)};
    const auto first = deciding.placement(index).from.first_of_month();
    const Period month{first, first.first_of_next_month()};
    if (deciding.draft(index).evidence.empty())
        return refusal("E_EVIDENCE_MISSING", "A service record names at least one document.");
    const auto step = std::max<std::int64_t>(1, deciding.parameter("service_step_mday"));
    if (!done.by_hours().value_or(false) &&
        (worked.workday % step != 0 || worked.restday % step != 0))
        return refusal("E_SERVICE_UNIT", "Service counts in steps of " + std::to_string(step) +
                                             " mday unless it is by hours.");
    if (auto ok = check_month(deciding, engagement, month, worked); !ok) return ok;
    const auto plan = planned(engagement, month, deciding.standings.reference());
    if (worked.total() * 100 > plan.total() * deciding.parameter("service_flag_percent"))
        deciding.warn(index, "W_OVER_PLAN",
                      "Recorded " + std::to_string(worked.total()) + " mday, planned " +
                          std::to_string(plan.total()) + ".");
    return {};
}

const ServiceRecord* record_named(const EngagementCase& engagement,
                                  const schema::EventRef* named) {
    if (!named) return nullptr;
    for (const auto& record : engagement.services)
        if (record.recorded.position.value == named->position()) return &record;
    return nullptr;
}

base::Result<void> decide_dispute(const Deciding& deciding, const EngagementCase& engagement,
                                  const schema::EventRef* named, bool settles) {
    const auto* record = record_named(engagement, named);
    if (!record) {
        const auto none = refusal("E_NO_SERVICE", "The engagement has no such service record.");
        return named ? unless_waiting(deciding, {named->position()}, none) : none;
    }
    if (record->disputed == settles) return {};
    return refusal("E_DISPUTE_STATE", settles ? "The record is not disputed."
                                              : "The record is disputed already.");
}

}  // namespace

base::Result<void> decide_service(Deciding& deciding, std::size_t index,
                                  const EngagementCase& engagement) {
    const auto& draft = deciding.draft(index);
    switch (draft.type) {
        case schema::Payload::ServiceDisputed:
            return decide_dispute(deciding, engagement,
                                  draft.as<schema::ServiceDisputed>().service(), false);
        case schema::Payload::ServiceSettled:
            return decide_dispute(deciding, engagement,
                                  draft.as<schema::ServiceSettled>().service(), true);
        default: {
            const EngagementCase copy = engagement;  // the calendar's look-up may move the standing
            return decide_record(deciding, index, copy);
        }
    }
}

}  // namespace events
