// What breaks a rule on the whole effective timeline of one person. Asked after every command
// that could move a timeline (INV-Q2), and by the view that lists what stands all the same, since
// corrections of reference data, employers and sites re-check nobody (settled.md 2.3).
// Pure: the same person, reference book and employers give the same breaches in the same order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "events/dates.h"
#include "events/rules/employer.h"
#include "events/rules/person.h"
#include "events/rules/reference_book.h"

namespace events {

struct Breach {
    std::string code;
    Date day;                 ///< first day, week or month it shows on
    std::int64_t amount = 0;  ///< by how much, where that can be said
    std::string what;
    EventName on = {};    ///< the event concerned, the later of two; none for a full week or year
    EventName with = {};  ///< the event that excludes it, if there is one
    Date until = forever;  ///< made good from that day on

    /// Whether both are about the same rule and the same facts, however large.
    bool same_matter(const Breach& other) const {
        const bool same = code == other.code && on == other.on && with == other.with;
        return same && (on != EventName{} || day == other.day);
    }
};
using Breaches = std::vector<Breach>;

/// What a timeline is measured against.
struct Surroundings {
    const ReferenceBook& reference;
    /// Null if no employer is registered under the id. The pointer is good until the next call.
    std::function<const Employer*(const Id&)> employer;
};

/// INV-T2, T3, T4, T5, T6.
void find_affiliation_breaches(const Person& person, const ReferenceBook& reference,
                               Breaches& found);
/// INV-X5: every transfer in effect ends and starts exactly the affiliations of its command, on
/// its day.
void find_transfer_breaches(const Person& person, Breaches& found);
/// INV-F1, F3 to F6, F9, F11, F12.
void find_engagement_breaches(const Person& person, const Surroundings& around, Breaches& found);

/// All of the above, and what only later events about employers and sites can bring: affiliations
/// and engagements that begin where no site was open, with an employer that is not on record or
/// had ended, or that outlive an employer without a successor (INV-E2).
Breaches standing_breaches(const Person& person, const Surroundings& around);

/// INV-X7: files and insurance that did not follow a transfer in time. Each is overdue from `day`
/// until `until`; nothing but the transfer and the clock brings it about.
Breaches late_handovers(const Person& person, const ReferenceBook& reference);

}  // namespace events
