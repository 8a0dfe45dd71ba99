// What may happen to an engagement: state machine of domain.md 2.4, INV-F2, F8, F9, F10.
#include "events/rules/engagement_rules.h"

#include <array>

#include "events/rules/process_step.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Party;
using schema::Payload;
using State = EngagementState;

constexpr unsigned bit(State state) { return 1u << static_cast<unsigned>(state); }

constexpr unsigned proposed = bit(State::proposed);
constexpr unsigned before_start = proposed | bit(State::consented);
constexpr unsigned active = bit(State::active);
constexpr unsigned suspended = bit(State::suspended);
constexpr unsigned live = active | suspended;
constexpr unsigned ended =
    bit(State::completed) | bit(State::terminated) | bit(State::converted);

struct Step {
    Payload type;
    unsigned states;
    bool must_live;
};

/// In which states a step may come. While a change waits for consents, or the home has moved,
/// consents and refusals also come to a live engagement.
constexpr std::array steps{
    Step{Payload::EngagementConsented, proposed | live, true},
    Step{Payload::EngagementDeclined, proposed | live, false},
    Step{Payload::EngagementActivated, before_start, true},
    Step{Payload::EngagementSuspended, active, false},
    Step{Payload::EngagementResumed, suspended, true},
    Step{Payload::EngagementRescheduled, live, true},
    Step{Payload::EngagementExtended, live, true},
    Step{Payload::ServiceRendered, live | ended, false},
    Step{Payload::ServiceDisputed, live | ended, false},
    Step{Payload::ServiceSettled, live | ended, false},
    Step{Payload::EngagementEvaluated, live | ended, false},
    Step{Payload::EngagementCompleted, live, false},
    Step{Payload::EngagementTerminated, live, false},
    Step{Payload::EngagementCancelled, before_start, false},
    Step{Payload::EngagementConverted, live, false},
};

const Step& step_of(Payload type) {
    for (const auto& step : steps)
        if (step.type == type) return step;
    ENSURE(false, "every step of an engagement is in the table");
    return steps.front();
}

bool speaks_for(Role role, Party party) {
    switch (party) {
        case Party::TALENT: return role == Role::T;
        case Party::HOME: return role == Role::E;
        case Party::HOST: return role == Role::H;
        case Party::AUTHORITY: return role == Role::P || role == Role::M;
    }
    return false;
}

base::Result<void> check_party(const Deciding& deciding, Party party) {
    if (speaks_for(deciding.command.actor.role, party)) return {};
    return wrong_role("The actor's role does not speak for this party.");
}

base::Result<void> decide_consent(Deciding& deciding, std::size_t index, const Person& person,
                                  const EngagementCase& engagement) {
    const auto party = deciding.draft(index)
                           .as<schema::EngagementConsented>()
                           .party()
                           .value_or(Party::TALENT);
    if (auto ok = check_party(deciding, party); !ok) return ok;
    if (engagement.state == State::proposed) {
        if ((engagement.consents & party_bit(party)) == 0) return {};
        return refusal("E_ALREADY_GIVEN", "This party has consented already.");
    }
    if (engagement.pending) {
        if ((engagement.pending->consents & party_bit(party)) == 0) return {};
        return refusal("E_ALREADY_GIVEN", "This party has consented already.");
    }
    // INV-F7: the new home may speak, before it is due or after the suspension.
    const bool home_may_speak =
        party == Party::HOME && person.home_on(deciding.moment.today) != nullptr;
    if (home_may_speak) return {};
    return refusal("E_ENGAGEMENT_STATE", "No consent is waited for.");
}

base::Result<void> decide_decline(Deciding& deciding, std::size_t index,
                                  const EngagementCase& engagement) {
    const auto party =
        deciding.draft(index).as<schema::EngagementDeclined>().party().value_or(Party::TALENT);
    if (auto ok = check_party(deciding, party); !ok) return ok;
    if (engagement.state == State::proposed || engagement.pending) return {};
    return refusal("E_ENGAGEMENT_STATE", "Nothing is asked that could be declined.");
}

/// From when the engagement has been active, by the newest change of state.
Date last_change(const EngagementCase& engagement) {
    return engagement.spans.empty() ? engagement.period.from : engagement.spans.back().from;
}

base::Result<void> check_day(const EngagementCase& engagement, Date day, bool end_too) {
    const auto last = end_too ? engagement.period.to : engagement.period.to - 1;
    if (last_change(engagement) <= day && day <= last) return {};
    return refusal("E_ENGAGEMENT_PERIOD",
                   "The day lies outside the period, or before the last change.");
}

base::Result<void> decide_activation(Deciding& deciding, std::size_t index,
                                     const EngagementCase& engagement) {
    if (engagement.state != State::consented)
        return refusal("E_CONSENT_MISSING", "Not all consents of the kind are in.");
    return check_day(engagement, deciding.placement(index).from, false);
}

/// INV-F7: what was suspended for want of the home employer's consent waits for it.
base::Result<void> decide_resumption(Deciding& deciding, std::size_t index, const Person& person,
                                     const EngagementCase& engagement) {
    const auto day = deciding.placement(index).from;
    if (auto ok = check_day(engagement, day, false); !ok) return ok;
    const auto due = home_consent_due(person, engagement, deciding.standings.reference());
    if (!due || day < *due) return {};
    return refusal("E_CONSENT_MISSING", "The new home employer has not consented.");
}

base::Result<void> decide_completion(Deciding& deciding, std::size_t index,
                                     const EngagementCase& engagement) {
    const auto day = deciding.placement(index).from;
    // The system waits one day, so that a conversion may still come (settled.md 2.7).
    if (deciding.command.actor.role == Role::Y &&
        (day != engagement.period.to || deciding.moment.today <= engagement.period.to))
        return refusal("E_NOT_DUE", "The engagement is completed by the system the day after " +
                                        engagement.period.to.text() + ".");
    return check_day(engagement, day, true);
}

/// INV-F8: the transfer leads to the host and takes effect on the same day.
base::Result<void> decide_conversion(Deciding& deciding, std::size_t index, const Person& person,
                                     const EngagementCase& engagement) {
    const auto id =
        Id::of(*deciding.draft(index).as<schema::EngagementConverted>().transfer());
    const auto day = deciding.placement(index).from;
    const auto* transfer = person.transfer(id);
    const auto no_transfer =
        refusal("E_CONVERSION", "The person has no such transfer to the host.");
    if (!transfer)
        return unless_waiting(deciding, StreamId{StreamKind::transfer, id}, no_transfer);
    if (transfer->to_employer != engagement.host_employer) return no_transfer;
    const bool in_effect = transfer->state == TransferState::effective ||
                           transfer->state == TransferState::handed_over;
    if (!in_effect || transfer->effected_on != day)
        return refusal("E_CONVERSION", "The transfer does not take effect on that day.");
    return check_day(engagement, day, true);
}

base::Result<void> check_step(Deciding& deciding, std::size_t index, const Person& person,
                              const EngagementCase& engagement) {
    const auto& step = step_of(deciding.draft(index).type);
    if ((step.states & bit(engagement.state)) == 0)
        return refusal("E_ENGAGEMENT_STATE", "The engagement is not in a state for this step.");
    const auto day = deciding.placement(index).from;
    switch (step.type) {
        case Payload::EngagementConsented:
            return decide_consent(deciding, index, person, engagement);
        case Payload::EngagementDeclined: return decide_decline(deciding, index, engagement);
        case Payload::EngagementActivated: return decide_activation(deciding, index, engagement);
        case Payload::EngagementSuspended: return check_day(engagement, day, false);
        case Payload::EngagementResumed:
            return decide_resumption(deciding, index, person, engagement);
        case Payload::EngagementTerminated: return check_day(engagement, day, true);
        case Payload::EngagementCompleted: return decide_completion(deciding, index, engagement);
        case Payload::EngagementConverted:
            return decide_conversion(deciding, index, person, engagement);
        case Payload::EngagementRescheduled:
        case Payload::EngagementExtended: return decide_change(deciding, index, engagement);
        case Payload::ServiceRendered:
        case Payload::ServiceDisputed:
        case Payload::ServiceSettled: return decide_service(deciding, index, engagement);
        default: return {};
    }
}

}  // namespace

base::Result<void> decide_engagement(Deciding& deciding, std::size_t index) {
    const auto type = deciding.draft(index).type;
    if (type == Payload::EngagementProposed) return decide_proposal(deciding, index);
    const auto found = process_person(deciding, index, step_of(type).must_live);
    if (!found) return found.error();
    const auto* engagement = (*found)->engagement(deciding.home(index).id);
    if (!engagement)
        return unless_waiting(
            deciding, deciding.home(index),
            refusal("E_ENGAGEMENT_STATE", "The proposal of this engagement was retracted."));
    return check_step(deciding, index, **found, *engagement);
}

}  // namespace events
