// Engagement events into the standing of a person. The state machine runs in log order; what is
// active, and by which schedule, lies on the effective timeline (settled.md 2.4).
#include <algorithm>

#include "events/rules/deciding.h"
#include "events/rules/engagement.h"

namespace events {
namespace {

using schema::Party;
using schema::Payload;

EngagementCase* find_case(Person& person, const Id& id) {
    for (auto& engagement : person.engagements)
        if (engagement.id == id) return &engagement;
    return nullptr;
}

/// The consent that proposing already says (settled.md 2.9).
unsigned implied_consent(Role role) {
    switch (role) {
        case Role::T: return party_bit(Party::TALENT);
        case Role::E: return party_bit(Party::HOME);
        case Role::H: return party_bit(Party::HOST);
        case Role::M:
        case Role::P: return party_bit(Party::AUTHORITY);
        default: return 0;
    }
}

bool all_in(unsigned given, unsigned needed) { return (given & needed) == needed; }

void open_case(Person& person, const Fact& fact) {
    const auto& asked = fact.as<schema::EngagementProposed>();
    EngagementCase opened;
    opened.id = fact.home.id;
    opened.opened = {fact.position, fact.event};
    opened.kind = asked.kind()->str();
    opened.host_employer = Id::of(*asked.host_employer());
    opened.host_site = Id::of(*asked.host_site());
    if (asked.home_employer())
        if (const auto home = Id::of(*asked.home_employer()); !home.is_zero())
            opened.home_employer = home;
    opened.region_served = asked.region_served()->str();
    opened.place_of_work = asked.place_of_work()->str();
    opened.home_leave = asked.home_leave().value_or(false);
    opened.period = {fact.from, fact.to};
    opened.schedules = {{fact.from, Schedule::of(*asked.schedule(), asked.load().value_or(0))}};
    opened.consents = implied_consent(fact.role);
    opened.home_consented = fact.position;
    person.engagements.push_back(std::move(opened));
}

void add_span(EngagementCase& engagement, Date from, bool active) {
    auto& spans = engagement.spans;
    const auto later = std::upper_bound(
        spans.begin(), spans.end(), from,
        [](Date day, const EngagementSpan& span) { return day < span.from; });
    spans.insert(later, EngagementSpan{from, active});
}

/// The new schedule or end that waited for consents takes hold once they are in.
void settle_change(const Person& person, EngagementCase& engagement) {
    auto& change = engagement.pending;
    if (!change) return;
    const Date from = change->new_schedule ? change->new_schedule->from : engagement.period.to;
    const bool has_home = person.home_on(from) != nullptr;
    if (!all_in(change->consents, consents_needed(person, engagement, has_home))) return;
    if (change->new_end) {
        engagement.period.to = *change->new_end;
        ++engagement.extensions;
    }
    if (change->new_schedule) {
        auto& schedules = engagement.schedules;
        std::erase_if(schedules, [&](const ScheduleSpan& span) { return span.from >= from; });
        schedules.push_back(*change->new_schedule);
    }
    change.reset();
}

void consent(const Person& person, EngagementCase& engagement, const Fact& fact) {
    const auto party = fact.as<schema::EngagementConsented>().party().value_or(Party::TALENT);
    if (party == Party::HOME) engagement.home_consented = fact.position;
    if (engagement.pending) {
        engagement.pending->consents |= party_bit(party);
        settle_change(person, engagement);
        return;
    }
    engagement.consents |= party_bit(party);
    const auto needed =
        consents_needed(person, engagement, engagement.home_employer.has_value());
    if (engagement.state == EngagementState::proposed && all_in(engagement.consents, needed))
        engagement.state = EngagementState::consented;
}

void decline(EngagementCase& engagement) {
    if (engagement.pending)
        engagement.pending.reset();
    else if (engagement.state == EngagementState::proposed)
        engagement.state = EngagementState::declined;
}

void ask_change(const Person& person, EngagementCase& engagement, const Fact& fact) {
    EngagementCase::Change change;
    change.asked = {fact.position, fact.event};
    change.consents = implied_consent(fact.role);
    if (fact.type == Payload::EngagementExtended) {
        change.new_end = fact.to;
    } else {
        const auto& asked = fact.as<schema::EngagementRescheduled>();
        change.new_schedule = {fact.from,
                               Schedule::of(*asked.schedule(), asked.load().value_or(0))};
    }
    engagement.pending = std::move(change);
    settle_change(person, engagement);
}

void enter(EngagementCase& engagement, EngagementState state, Date from) {
    engagement.state = state;
    add_span(engagement, from, state == EngagementState::active);
}

void record_service(EngagementCase& engagement, const Fact& fact) {
    const auto& done = fact.as<schema::ServiceRendered>();
    ServiceRecord record;
    record.recorded = {fact.position, fact.event};
    record.month = fact.from.first_of_month();
    record.worked = {done.workday_mday().value_or(0), done.restday_mday().value_or(0)};
    record.region_served = done.region_served()->str();
    record.place = done.place()->str();
    record.confirmed = done.confirmed_by_talent() != nullptr;
    engagement.services.push_back(std::move(record));
}

void mark_service(EngagementCase& engagement, const schema::EventRef& named, bool disputed) {
    for (auto& record : engagement.services) {
        if (record.recorded.position.value != named.position()) continue;
        record.disputed = disputed;
        if (!disputed) record.confirmed = true;
    }
}

}  // namespace

void apply_engagement(Person& person, const Fact& fact) {
    if (fact.type == Payload::EngagementProposed) return open_case(person, fact);
    auto* found = find_case(person, fact.home.id);
    if (!found) return;  // its proposal was retracted
    auto& engagement = *found;
    switch (fact.type) {
        case Payload::EngagementConsented: return consent(person, engagement, fact);
        case Payload::EngagementDeclined: return decline(engagement);
        case Payload::EngagementActivated:
        case Payload::EngagementResumed:
            return enter(engagement, EngagementState::active, fact.from);
        case Payload::EngagementSuspended:
            return enter(engagement, EngagementState::suspended, fact.from);
        case Payload::EngagementCompleted:
            return enter(engagement, EngagementState::completed, fact.from);
        case Payload::EngagementTerminated:
            return enter(engagement, EngagementState::terminated, fact.from);
        case Payload::EngagementConverted:
            engagement.converted_to = Id::of(*fact.as<schema::EngagementConverted>().transfer());
            return enter(engagement, EngagementState::converted, fact.from);
        case Payload::EngagementCancelled:
            engagement.state = EngagementState::cancelled;
            return;
        case Payload::EngagementRescheduled:
        case Payload::EngagementExtended: return ask_change(person, engagement, fact);
        case Payload::ServiceRendered: return record_service(engagement, fact);
        case Payload::ServiceDisputed:
            return mark_service(engagement, *fact.as<schema::ServiceDisputed>().service(), true);
        case Payload::ServiceSettled:
            return mark_service(engagement, *fact.as<schema::ServiceSettled>().service(), false);
        default: return;
    }
}

}  // namespace events
