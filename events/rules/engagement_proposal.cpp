#include <algorithm>

#include "events/rules/engagement_rules.h"
#include "events/rules/process_step.h"

namespace events {
namespace {

using schema::ScheduleKind;

base::Result<void> check_dates(const Schedule& schedule, const Period& period) {
    const auto& dates = schedule.dates;
    if (std::adjacent_find(dates.begin(), dates.end()) != dates.end())
        return refusal("E_SCHEDULE_DATES", "The same half-day is listed twice.");
    if (!dates.empty() && (dates.front().day < period.from || dates.back().day >= period.to))
        return refusal("E_SCHEDULE_DATES", "A listed date lies outside the period.");
    return {};
}

/// INV-F10. A date that only a later calendar turns into a working day is skipped, not refused.
base::Result<void> check_rest_days(const Schedule& schedule, const ReferenceBook& reference) {
    constexpr unsigned weekend = 0b11'1100'0000'0000;
    const bool rest_only =
        schedule.kind == ScheduleKind::WEEKLY
            ? (schedule.mask14 & ~weekend) == 0
            : schedule.kind == ScheduleKind::DATES &&
                  std::none_of(schedule.dates.begin(), schedule.dates.end(),
                               [&](const Slot& slot) { return reference.is_workday(slot.day); });
    if (rest_only) return {};
    return refusal("E_REST_SLOTS_ONLY", "This kind of engagement works on rest days only.");
}

/// INV-F10 and F11 and the dates of a schedule, for a proposal and for a new schedule alike.
base::Result<void> check_schedule(Deciding& deciding, const EngagementKind& kind,
                                  const schema::Schedule& stored, int load,
                                  const Period& period) {
    if (load > kind.max_load)
        return refusal("E_LOAD", "The kind allows a load of at most " +
                                     std::to_string(kind.max_load) + " permille.");
    const auto schedule = Schedule::of(stored, load);
    if (auto ok = check_dates(schedule, period); !ok) return ok;
    if (!kind.rest_days_only) return {};
    return check_rest_days(schedule, deciding.standings.reference());
}

bool is_county_or_prefecture(std::string_view region) {
    return region.size() == 6 && std::all_of(region.begin(), region.end(),
                                             [](char c) { return c >= '0' && c <= '9'; });
}

base::Result<void> check_terms(Deciding& deciding, const schema::EngagementProposed& asked,
                               const Period& period) {
    const auto* kind = engagement_kind(asked.kind()->string_view());
    if (!kind) return refusal("E_BAD_CODE", "There is no such kind of engagement.");
    if (period.to > kind->latest_end(period.from, 0))
        return refusal("E_TERM", "The kind lasts at most " +
                                     std::to_string(kind->max_term_months) + " months.");
    if (!is_county_or_prefecture(asked.region_served()->string_view()))
        return refusal("E_REGION_SERVED", "The region served is a county or a prefecture.");
    return check_schedule(deciding, *kind, *asked.schedule(), asked.load().value_or(0), period);
}

/// INV-F1: help comes from elsewhere.
base::Result<void> check_places(Deciding& deciding, const Affiliation* home, Date day,
                                const Id& host_employer, const Id& host_site) {
    const auto host = deciding.living_employer(host_employer, day);
    if (!host) return host.error();
    const auto site = deciding.open_site(**host, host_site, day);
    if (!site) return site.error();
    if (!home) return {};
    const auto& home_site = home->site_on(day);
    const bool same_employer = home->employer == host_employer;
    const auto* at_home = same_employer ? (*host)->site(home_site) : nullptr;
    if (home_site != host_site && (!at_home || at_home->region != (*site)->region)) return {};
    return refusal("E_SAME_SITE", "An engagement leads to another site, and inside one employer "
                                  "to another region.");
}

}  // namespace

base::Result<void> decide_proposal(Deciding& deciding, std::size_t index) {
    const auto& asked = deciding.draft(index).as<schema::EngagementProposed>();
    const auto found = deciding.person(index, Id::of(*asked.talent()));
    if (!found) return found.error();
    const Id talent = (*found)->id;
    const Period period{deciding.placement(index).from,
                        deciding.placement(index).to.value_or(forever)};
    std::optional<Affiliation> home;  // a copy: looking up employers may move the standing
    if (const auto* open = (*found)->home_on(period.from)) home = *open;

    const auto host = Id::of(*asked.host_employer());
    deciding.touch(talent);
    if (home) {
        auto* filled =
            deciding.draft(index).as_mutable<schema::EngagementProposed>().mutable_home_employer();
        ENSURE(filled, "fields that the registrar fills in are in place");
        *filled = home->employer.stored();
    }
    if (auto ok = check_terms(deciding, asked, period); !ok) return ok;
    return check_places(deciding, home ? &*home : nullptr, period.from, host,
                        Id::of(*asked.host_site()));
}

base::Result<void> decide_change(Deciding& deciding, std::size_t index,
                                 const EngagementCase& engagement) {
    if (engagement.pending)
        return refusal("E_CHANGE_PENDING", "Another change waits for consents.");
    const auto* kind = engagement_kind(engagement.kind);
    if (!kind) return refusal("E_BAD_CODE", "There is no such kind of engagement.");
    const auto& placement = deciding.placement(index);
    if (deciding.draft(index).type == schema::Payload::EngagementRescheduled) {
        const auto& asked = deciding.draft(index).as<schema::EngagementRescheduled>();
        if (!engagement.period.contains(placement.from))
            return refusal("E_ENGAGEMENT_PERIOD", "The new schedule starts inside the period.");
        return check_schedule(deciding, *kind, *asked.schedule(), asked.load().value_or(0),
                              engagement.period);
    }
    const auto end = placement.to.value_or(forever);
    if (placement.from != engagement.period.to)
        return refusal("E_ENGAGEMENT_PERIOD", "An extension starts where the period ends.");
    const bool leave = kind->group == EngagementKind::Group::leave;
    const int extensions = engagement.extensions + 1;
    if ((leave && extensions > deciding.parameter("leave_extensions_max")) ||
        end > kind->latest_end(engagement.period.from, extensions))
        return refusal("E_TERM", "The kind does not last that long.");
    return {};
}

}  // namespace events
