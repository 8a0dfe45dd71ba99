#include "events/rules/breaches.h"

#include <array>

namespace events {
namespace {

/// What is wrong with beginning at that site of that employer on that day; empty if nothing is.
struct Fault {
    const char* code = nullptr;
    std::string what;
};

Fault fault_of(const Surroundings& around, const Id& employer, const Id& site, Date day) {
    const auto* found = around.employer(employer);
    if (!found) return {"E_NO_EMPLOYER", "The employer is not on record."};
    if (found->ended_on && *found->ended_on <= day) {
        return {"E_EMPLOYER_ENDED", "The employer had ended on " + found->ended_on->text() + "."};
    }
    const auto* place = found->site(site);
    if (!place) return {"E_NO_SITE", "The employer has no such site on record."};
    if (place->period.contains(day)) return {};
    return {"E_NO_SITE", "The site was not open on " + day.text() + "."};
}

void find_misplaced(const Affiliation& affiliation, const Surroundings& around, Breaches& found) {
    for (const auto& span : affiliation.sites) {
        const auto day = std::max(span.from, affiliation.period.from);
        auto fault = fault_of(around, affiliation.employer, span.site, day);
        if (!fault.code) continue;
        found.push_back({fault.code, day, 0, std::move(fault.what), affiliation.opened});
        return;  // one is enough to look at it
    }
    const auto* employer = around.employer(affiliation.employer);
    const bool left_behind = employer->ended_on && employer->successors.empty() &&
                             affiliation.period.to > *employer->ended_on;
    if (!left_behind) return;
    found.push_back({"E_OPEN_AFFILIATIONS", *employer->ended_on, 0,
                     "The affiliation outlives an employer without a successor.",
                     affiliation.opened});
}

void find_misplaced(const EngagementCase& engagement, const Surroundings& around,
                    Breaches& found) {
    if (engagement.spans.empty()) return;
    const auto day = engagement.period.from;
    auto fault = fault_of(around, engagement.host_employer, engagement.host_site, day);
    if (!fault.code) return;
    found.push_back({fault.code, day, 0, std::move(fault.what), engagement.opened});
}

void find_late(const TransferCase& transfer, Date last, const std::optional<Date>& done,
               const char* code, const char* thing, Breaches& found) {
    if (done && *done <= last) return;
    found.push_back({code, last + 1, 0, std::string(thing) + " due by " + last.text() + ".",
                     *transfer.effected, {}, done.value_or(forever)});
}

}  // namespace

Breaches standing_breaches(const Person& person, const Surroundings& around) {
    Breaches found;
    find_affiliation_breaches(person, around.reference, found);
    find_transfer_breaches(person, found);
    find_engagement_breaches(person, around, found);
    for (const auto& affiliation : person.affiliations) {
        find_misplaced(affiliation, around, found);
    }
    for (const auto& engagement : person.engagements) find_misplaced(engagement, around, found);
    return found;
}

Breaches late_handovers(const Person& person, const ReferenceBook& reference) {
    Breaches found;
    for (const auto& transfer : person.transfers) {
        const bool in_effect = transfer.state == TransferState::effective ||
                               transfer.state == TransferState::handed_over;
        if (!in_effect) continue;
        const auto day = *transfer.effected_on;
        const auto last = day + static_cast<int>(reference.parameter("handover_days", day));
        find_late(transfer, last, transfer.file_on, "W_FILE_LATE", "The file was", found);
        find_late(transfer, last, transfer.insurance_on, "W_INSURANCE_LATE",
                  "The insurance was", found);
    }
    return found;
}

}  // namespace events
