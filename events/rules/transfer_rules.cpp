// What may happen to a transfer: state machine of domain.md 2.4, INV-X1 to X10.
#include <array>

#include "events/rules/process_step.h"
#include "events/rules/transfer.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;
using schema::TransferMode;

constexpr unsigned bit(TransferMode mode) { return 1u << static_cast<unsigned>(mode); }
constexpr unsigned bit(TransferState state) { return 1u << static_cast<unsigned>(state); }

constexpr unsigned by_consent = bit(TransferMode::CONSENT);
constexpr unsigned resign = bit(TransferMode::RESIGN);
constexpr unsigned order = bit(TransferMode::ORDER);
constexpr unsigned channel = bit(TransferMode::CHANNEL);
constexpr unsigned any_mode = by_consent | resign | order | channel;
constexpr unsigned open_states = bit(TransferState::requested) | bit(TransferState::collecting) |
                                 bit(TransferState::ready);
constexpr unsigned effected = bit(TransferState::effective);
constexpr unsigned in_effect = effected | bit(TransferState::handed_over);

struct TransferStep {
    Payload type;
    unsigned modes;
    unsigned states;
    bool must_live;
};

/// In which modes and states a step may come.
constexpr std::array transfer_steps{
    TransferStep{Payload::TalentAgreed, by_consent | order | channel, open_states, true},
    TransferStep{Payload::ReleaseGranted, by_consent | channel | resign, open_states, true},
    TransferStep{Payload::ReleaseRefused, by_consent, open_states, false},
    TransferStep{Payload::ResignationNoticed, resign, open_states, true},
    TransferStep{Payload::AcceptanceGranted, by_consent | channel | resign, open_states, true},
    TransferStep{Payload::AcceptanceRefused, by_consent | channel | resign, open_states, false},
    TransferStep{Payload::AuthorityApproved, by_consent | order | channel, open_states, true},
    TransferStep{Payload::AuthorityRejected, by_consent | order | channel, open_states, false},
    TransferStep{Payload::TransferEffected, any_mode, open_states, true},
    TransferStep{Payload::FileHandedOver, any_mode, effected, false},
    TransferStep{Payload::InsuranceTransferred, any_mode, in_effect, false},
    TransferStep{Payload::TransferWithdrawn, any_mode, open_states, false},
    TransferStep{Payload::TransferLapsed, any_mode, open_states, false},
    TransferStep{Payload::TransferReversed, any_mode, in_effect, false},
};

const TransferStep& transfer_step_of(Payload type) {
    for (const auto& step : transfer_steps)
        if (step.type == type) return step;
    ENSURE(false, "every step of a transfer is in the table");
    return transfer_steps.front();
}

base::Result<void> check_mode(const schema::TransferRequested& asked, const Affiliation& home,
                              Date day) {
    const bool is_channel = asked.mode() == TransferMode::CHANNEL;
    const bool has_pilot = asked.pilot() && !Id::of(*asked.pilot()).is_zero();
    if (is_channel != has_pilot)
        return refusal("E_PILOT", "A pilot is named in mode CHANNEL and only there.");
    if (is_channel && home.post_on(day).team == asked.target_team()->string_view())
        return refusal("E_TEAMS_EQUAL", "A move between the teams has to change the team.");
    return {};
}

/// INV-X8: after a refused release the same wish waits a while.
base::Result<void> check_cooldown(Deciding& deciding, const Person& person,
                                  const schema::TransferRequested& asked) {
    if (asked.mode() != TransferMode::CONSENT) return {};
    const auto wait = static_cast<int>(deciding.parameter("refuse_cooldown_days"));
    for (const auto& before : person.transfers) {
        if (!before.refused_on || before.from_employer != Id::of(*asked.from_employer())) continue;
        const auto again = *before.refused_on + wait;
        if (deciding.moment.today < again)
            return refusal("E_RELEASE_REFUSED_RECENTLY",
                           "A new request by consent is possible from " + again.text() + ".");
    }
    return {};
}

base::Result<void> check_request(Deciding& deciding, const Person& person,
                                 const schema::TransferRequested& asked, Date day) {
    const auto from = Id::of(*asked.from_employer());
    if (from == Id::of(*asked.to_employer()))
        return refusal("E_SAME_EMPLOYER",
                       "Inside one employer a post changes or a site is relocated.");
    const auto* home = person.home_on(day);
    if (!home || home->employer != from)
        return refusal("E_NOT_CURRENT_EMPLOYER",
                       "The releasing employer is not the full-time home on that day.");
    for (const auto& other : person.transfers)
        if (other.is_open()) return refusal("E_TRANSFER_OPEN", "Another transfer is open.");
    if (auto ok = check_mode(asked, *home, day); !ok) return ok;
    return check_cooldown(deciding, person, asked);
}

base::Result<void> decide_request(Deciding& deciding, std::size_t index) {
    const auto& asked = deciding.draft(index).as<schema::TransferRequested>();
    const auto found = deciding.person(index, Id::of(*asked.talent()));
    if (!found) return found.error();
    const Person person = **found;  // looking up employers may move the standing
    deciding.touch(person.id);
    const auto day = deciding.placement(index).from;
    if (auto ok = check_request(deciding, person, asked, day); !ok) return ok;
    const auto to = deciding.living_employer(Id::of(*asked.to_employer()), day);
    if (!to) return to.error();
    if (const auto site = deciding.open_site(**to, Id::of(*asked.to_site()), day); !site)
        return site.error();
    TransferCase wish;
    wish.mode = asked.mode().value_or(TransferMode::CONSENT);
    wish.from_employer = Id::of(*asked.from_employer());
    wish.to_employer = Id::of(*asked.to_employer());
    wish.to_site = Id::of(*asked.to_site());
    return check_obligations(deciding, index, person, wish, day);
}

base::Result<void> check_not_given(const TransferCase& transfer, Payload type) {
    const bool given = (type == Payload::TalentAgreed && transfer.talent_agreed) ||
                       (type == Payload::ReleaseGranted && transfer.released) ||
                       (type == Payload::AcceptanceGranted && transfer.accepted) ||
                       (type == Payload::AuthorityApproved && transfer.authority_approved) ||
                       (type == Payload::ResignationNoticed && transfer.notice_on);
    if (!given) return {};
    return refusal("E_ALREADY_GIVEN", "This consent has been given already.");
}

base::Result<void> check_resignation(Deciding& deciding, std::size_t index) {
    const auto days = deciding.draft(index).as<schema::ResignationNoticed>().days().value_or(0);
    if (days != deciding.parameter("resign_notice_days") &&
        days != deciding.parameter("resign_notice_probation_days"))
        return refusal("E_NOTICE_PERIOD", "Notice is the legal one, or that of probation.");
    if (deciding.placement(index).from > deciding.moment.today)
        return refusal("E_NOTICE_PERIOD", "Notice that has not been given yet does not count.");
    return {};
}

base::Result<void> check_lapse(Deciding& deciding, const TransferCase& transfer) {
    // What was published when the last step was made: the clock goes by the same (duties.cpp).
    const auto days = deciding.standings.reference().parameter("lapse_days", transfer.last_step);
    const auto due = transfer.last_step + static_cast<int>(days);
    if (deciding.moment.today >= due) return {};
    return refusal("E_NOT_DUE", "The transfer lapses on " + due.text() + " at the earliest.");
}

base::Result<void> check_insurance(Deciding& deciding, std::size_t index,
                                   const TransferCase& transfer) {
    const auto scheme = deciding.draft(index).as<schema::InsuranceTransferred>().scheme();
    if (!scheme || (transfer.insurance >> static_cast<unsigned>(*scheme) & 1u) == 0) return {};
    return refusal("E_ALREADY_GIVEN", "This scheme has been transferred already.");
}

base::Result<void> check_step(Deciding& deciding, std::size_t index, const Person& person,
                              const TransferCase& transfer) {
    const auto& step = transfer_step_of(deciding.draft(index).type);
    if ((step.states & bit(transfer.state)) == 0)
        return refusal("E_TRANSFER_STATE", "The transfer is not in a state for this step.");
    if ((step.modes & bit(transfer.mode)) == 0)
        return refusal("E_TRANSFER_MODE", "The mode of the transfer has no such step.");
    if (auto ok = check_not_given(transfer, step.type); !ok) return ok;
    switch (step.type) {
        case Payload::ResignationNoticed: return check_resignation(deciding, index);
        case Payload::FileHandedOver:
            if (transfer.file_on)
                return refusal("E_ALREADY_GIVEN", "The file has been handed over already.");
            return {};
        case Payload::InsuranceTransferred: return check_insurance(deciding, index, transfer);
        case Payload::TransferLapsed: return check_lapse(deciding, transfer);
        case Payload::TransferReversed:
            return decide_transfer_reversal(deciding, transfer);
        case Payload::TransferEffected:
            if (transfer.state != TransferState::ready)
                return refusal("E_CONSENT_MISSING", "Not all consents of the mode are in.");
            return decide_transfer_effect(deciding, index, person, transfer);
        default: return {};
    }
}

}  // namespace

base::Result<void> decide_transfer(Deciding& deciding, std::size_t index) {
    const auto type = deciding.draft(index).type;
    if (type == Payload::TransferRequested) return decide_request(deciding, index);
    const auto found = process_person(deciding, index, transfer_step_of(type).must_live);
    if (!found) return found.error();
    const auto* transfer = (*found)->transfer(deciding.home(index).id);
    if (!transfer)
        return unless_waiting(
            deciding, deciding.home(index),
            refusal("E_TRANSFER_STATE", "The request of this transfer was retracted."));
    const bool looks_elsewhere = type == Payload::TransferEffected;
    if (!looks_elsewhere) return check_step(deciding, index, **found, *transfer);
    // Looking up employers may move the standing, so the person is copied first.
    const Person person = **found;
    return check_step(deciding, index, person, *person.transfer(transfer->id));
}

}  // namespace events
