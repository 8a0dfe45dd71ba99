// Transfer events into the standing of a person, in log order (settled.md 2.4).
#include "events/rules/transfer.h"

namespace events {
namespace {

using schema::Payload;
using schema::Staffing;
using schema::TransferMode;

TransferCase* find_transfer(Person& person, const Id& id) {
    for (auto& transfer : person.transfers)
        if (transfer.id == id) return &transfer;
    return nullptr;
}

/// Civil date of recording for counting idle days. A step without dates carries it, in the ledger's
/// zone, as its effective date; the two with dates of their own do not. A fold sees facts and not
/// the ledger, so its zone is not at hand: for these two it is fixed at UTC+8, so that every fold
/// says the same. In a ledger of another zone they may count a day more or less of 90.
Date day_of_step(const Fact& fact) {
    switch (fact.type) {
        case Payload::TransferRequested:
        case Payload::ResignationNoticed: {
            constexpr std::int64_t hour = 3'600'000'000;
            const auto local = fact.recorded_at.micros + 8 * hour;
            const auto days = local / (24 * hour) - (local % (24 * hour) < 0 ? 1 : 0);
            return {static_cast<std::int32_t>(days)};
        }
        default: return fact.from;
    }
}

/// INV-X4: by mode, or because either post is CIVIL or ESTABLISHMENT.
bool needs_authority(const Person& person, const TransferCase& asked) {
    switch (asked.mode) {
        case TransferMode::ORDER:
        case TransferMode::CHANNEL: return true;
        case TransferMode::RESIGN: return false;
        case TransferMode::CONSENT: break;
    }
    const auto* home = person.home_on(asked.proposed);
    return (asked.target_staffing && is_public_post(*asked.target_staffing)) ||
           (home && is_public_post(home->post_on(asked.proposed).staffing));
}

void open_transfer(Person& person, const Fact& fact) {
    const auto& asked = fact.as<schema::TransferRequested>();
    TransferCase opened;
    opened.id = fact.home.id;
    opened.opened = {fact.position, fact.event};
    opened.mode = asked.mode().value_or(TransferMode::CONSENT);
    opened.from_employer = Id::of(*asked.from_employer());
    opened.to_employer = Id::of(*asked.to_employer());
    opened.to_site = Id::of(*asked.to_site());
    opened.target_team = asked.target_team()->str();
    if (const auto staffing = asked.target_staffing()) opened.target_staffing = *staffing;
    if (asked.target_post()) opened.target_post = asked.target_post()->str();
    if (asked.pilot()) opened.pilot = Id::of(*asked.pilot());
    opened.proposed = fact.from;
    opened.last_step = day_of_step(fact);
    opened.needs_authority = needs_authority(person, opened);
    person.transfers.push_back(std::move(opened));
}

/// Whether all consents of the mode are in (INV-X4).
bool is_complete(const TransferCase& transfer) {
    if (transfer.needs_authority && !transfer.authority_approved) return false;
    switch (transfer.mode) {
        case TransferMode::CONSENT:
        case TransferMode::CHANNEL:
            return transfer.talent_agreed && transfer.released && transfer.accepted;
        case TransferMode::RESIGN: return transfer.notice_on && transfer.accepted;
        case TransferMode::ORDER: return true;
    }
    return false;
}

/// One more consent is in.
void collect(TransferCase& transfer, const Fact& fact) {
    transfer.last_step = day_of_step(fact);
    transfer.state =
        is_complete(transfer) ? TransferState::ready : TransferState::collecting;
}

EventName named(const schema::EventRef* reference) {
    return reference ? EventName{{reference->position()}, Id::of(reference->id())} : EventName{};
}

void take_effect(TransferCase& transfer, const Fact& fact) {
    const auto& effected = fact.as<schema::TransferEffected>();
    transfer.state = TransferState::effective;
    transfer.effected_on = fact.from;
    transfer.effected = EventName{fact.position, fact.event};
    transfer.old_affiliation = named(effected.old_affiliation());
    transfer.new_affiliation = named(effected.new_affiliation());
}

void hand_over(TransferCase& transfer, const Fact& fact) {
    if (fact.type == Payload::FileHandedOver) {
        transfer.file_on = fact.from;
    } else {
        const auto scheme = fact.as<schema::InsuranceTransferred>().scheme();
        if (scheme) transfer.insurance |= 1u << static_cast<unsigned>(*scheme);
        if (!transfer.insurance_on) transfer.insurance_on = fact.from;
    }
    if (transfer.file_on && transfer.insurance_on && transfer.state == TransferState::effective)
        transfer.state = TransferState::handed_over;
}

void end(TransferCase& transfer, TransferState state, const Fact& fact) {
    transfer.state = state;
    transfer.last_step = day_of_step(fact);
}

}  // namespace

bool is_public_post(Staffing staffing) {
    return staffing == Staffing::CIVIL || staffing == Staffing::ESTABLISHMENT;
}

void apply_transfer(Person& person, const Fact& fact) {
    if (fact.type == Payload::TransferRequested) return open_transfer(person, fact);
    auto* found = find_transfer(person, fact.home.id);
    if (!found) return;  // its request was retracted
    auto& transfer = *found;
    switch (fact.type) {
        case Payload::TalentAgreed: transfer.talent_agreed = true; return collect(transfer, fact);
        case Payload::ReleaseGranted: transfer.released = true; return collect(transfer, fact);
        case Payload::AcceptanceGranted: transfer.accepted = true; return collect(transfer, fact);
        case Payload::AuthorityApproved:
            transfer.authority_approved = true;
            return collect(transfer, fact);
        case Payload::ResignationNoticed:
            transfer.notice_on = fact.from;
            transfer.notice_days = fact.as<schema::ResignationNoticed>().days().value_or(0);
            return collect(transfer, fact);
        case Payload::ReleaseRefused:
            transfer.refused_on = fact.from;
            return end(transfer, TransferState::refused, fact);
        case Payload::AcceptanceRefused: return end(transfer, TransferState::refused, fact);
        case Payload::AuthorityRejected: return end(transfer, TransferState::rejected, fact);
        case Payload::TransferWithdrawn: return end(transfer, TransferState::withdrawn, fact);
        case Payload::TransferLapsed: return end(transfer, TransferState::lapsed, fact);
        case Payload::TransferReversed: return end(transfer, TransferState::reversed, fact);
        case Payload::TransferEffected: return take_effect(transfer, fact);
        case Payload::FileHandedOver:
        case Payload::InsuranceTransferred: return hand_over(transfer, fact);
        default: return;
    }
}

}  // namespace events
