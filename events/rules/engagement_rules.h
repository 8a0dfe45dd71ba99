// The parts of decide_engagement and of find_engagement_breaches.
#pragma once

#include "events/rules/breaches.h"
#include "events/rules/deciding.h"
#include "events/rules/engagement.h"

namespace events {

/// EngagementProposed: people, places, kind, schedule; fills in home_employer.
base::Result<void> decide_proposal(Deciding& deciding, std::size_t index);
/// EngagementRescheduled and EngagementExtended: what is asked for must be possible; it takes
/// hold when the consents are in again.
base::Result<void> decide_change(Deciding& deciding, std::size_t index,
                                 const EngagementCase& engagement);
/// ServiceRendered, ServiceDisputed, ServiceSettled (INV-F9).
base::Result<void> decide_service(Deciding& deciding, std::size_t index,
                                  const EngagementCase& engagement);

/// INV-F4: two active engagements never hold the same half-day.
void find_slot_clashes(const Person& person, const ReferenceBook& reference, Breaches& found);
/// INV-F5: flexible work of a week and of a year.
void find_overloads(const Person& person, const ReferenceBook& reference, Breaches& found);
/// INV-F6 and F12: one secondment, leave or training at a time; stations of an academician.
void find_second_posts(const Person& person, const ReferenceBook& reference, Breaches& found);
/// INV-F3, F9, F11: term, service inside active time and once a month, load.
void find_case_breaches(const Person& person, Breaches& found);

}  // namespace events
