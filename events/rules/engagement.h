// What the rules and the views ask of one engagement beyond its fold: its kind, its plan, the
// consents it needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/dates.h"
#include "events/rules/person.h"

namespace events {

/// One row of the list `engagement_kinds`.
struct EngagementKind {
    enum class Group { flexible, residence, secondment, leave, training };

    std::string code;
    Group group = Group::flexible;
    int max_load = 1000;        ///< permille, INV-F11
    int max_term_months = 0;    ///< INV-F3
    unsigned consents = 0;      ///< bit p set: schema::Party p has to consent, INV-F2
    bool rest_days_only = false;  ///< INV-F10

    /// Secondment, leave and training: at most one at a time (INV-F6).
    bool exclusive() const { return group >= Group::secondment; }
    /// The end that an engagement from `from` may have after `extensions` extensions.
    Date latest_end(Date from, int extensions) const;
};

/// Null if the list has no such kind.
const EngagementKind* engagement_kind(std::string_view code);

constexpr unsigned party_bit(schema::Party party) { return 1u << static_cast<unsigned>(party); }

/// Parties whose consent the engagement needs. HOME only where there is a home employer; people
/// who are retired when it starts need no HOME for the seasonal kind.
unsigned consents_needed(const Person& person, const EngagementCase& engagement, bool has_home);

/// Planned work in `range`: ACTIVE time only, by the schedule in force on each day, days that
/// INV-F10 skips left out.
Mdays planned(const EngagementCase& engagement, const Period& range,
              const ReferenceBook& reference);
/// The same for callers who ask often and keep `active_time()`.
Mdays planned(const EngagementCase& engagement, const std::vector<Period>& active,
              const Period& range, const ReferenceBook& reference);

/// The day by which the home employer has to consent again because the home has moved since its
/// last consent (INV-F7); nothing if it need not.
std::optional<Date> home_consent_due(const Person& person, const EngagementCase& engagement,
                                     const ReferenceBook& reference);

/// The transfer that takes the person to the host while the engagement runs, up to and including
/// its end, and therefore converts it (INV-F8); null if none.
const TransferCase* converting_transfer(const Person& person, const EngagementCase& engagement);

/// Days on which the engagement is away from home by leave of the home employer: outside the
/// load caps, and no other work on a working day (INV-F5).
bool on_home_leave(const EngagementCase& engagement);

}  // namespace events
