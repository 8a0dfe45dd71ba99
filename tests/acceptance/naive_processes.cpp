// Transfers and engagements as the events tell them: state machines in the order of the log.
#include <algorithm>

#include "events/codes/code_lists.h"
#include "tests/acceptance/naive_teller.h"

namespace naive {

using fb::Payload;

namespace {

bool is_official(const std::optional<std::string>& staffing) {
    return staffing == "CIVIL" || staffing == "ESTABLISHMENT";
}

}  // namespace

void Teller::request() {
    const auto& payload = event_->as<fb::TransferRequested>();
    Transfer made;
    made.id = event_->home();
    made.mode = *payload.mode();
    made.from_employer = Id::of(*payload.from_employer());
    made.to_employer = Id::of(*payload.to_employer());
    made.proposed = event_->from;
    std::optional<std::string> now, then;
    if (payload.target_staffing()) then = fb::EnumNameStaffing(*payload.target_staffing());
    if (const auto* home = person_.home_on(event_->from)) {
        now = field_on(home->posts, &PostSays::staffing, event_->from);
    }
    made.official = is_official(now) || is_official(then);
    person_.transfers.push_back(std::move(made));
}

void Teller::step_transfer() {
    Transfer* found = nullptr;
    for (auto& one : person_.transfers) {
        if (one.id == event_->home()) found = &one;
    }
    if (found == nullptr) return;
    Transfer& one = *found;
    const auto collected = [&](bool& consent) {
        consent = true;
        using Mode = fb::TransferMode;
        const bool order = one.mode == Mode::ORDER || one.mode == Mode::CHANNEL ||
                           (one.mode == Mode::CONSENT && one.official);
        bool complete = one.authority || !order;
        if (one.mode == Mode::CONSENT || one.mode == Mode::CHANNEL) {
            complete = complete && one.agreed && one.released && one.accepted;
        } else if (one.mode == Mode::RESIGN) {
            complete = complete && one.notice && one.accepted;
        }
        one.state = complete ? "READY" : "COLLECTING";
    };
    switch (event_->type) {
        case Payload::TalentAgreed: return collected(one.agreed);
        case Payload::ReleaseGranted: return collected(one.released);
        case Payload::AcceptanceGranted: return collected(one.accepted);
        case Payload::AuthorityApproved: return collected(one.authority);
        case Payload::ResignationNoticed: return collected(one.notice);
        case Payload::ReleaseRefused:
        case Payload::AcceptanceRefused: one.state = "REFUSED"; return;
        case Payload::AuthorityRejected: one.state = "REJECTED"; return;
        case Payload::TransferWithdrawn: one.state = "WITHDRAWN"; return;
        case Payload::TransferLapsed: one.state = "LAPSED"; return;
        case Payload::TransferReversed: one.state = "REVERSED"; return;
        case Payload::TransferEffected:
            one.state = "EFFECTIVE";
            one.effected_on = event_->from;
            one.opened_home = event_->as<fb::TransferEffected>().new_affiliation()->position();
            return;
        case Payload::FileHandedOver: one.file = true; break;
        case Payload::InsuranceTransferred: one.insurance = true; break;
        default: return;
    }
    if (one.state == "EFFECTIVE" && one.file && one.insurance) one.state = "HANDED_OVER";
}

/// The consent that proposing already says.
std::string Teller::implied() const {
    switch (event_->event->actor()->role()) {
        case fb::Role::T: return "TALENT";
        case fb::Role::E: return "HOME";
        case fb::Role::H: return "HOST";
        case fb::Role::P:
        case fb::Role::M: return "AUTHORITY";
        default: return "nobody";
    }
}

// -- engagements ----------------------------------------------------------------------------------

void Teller::propose() {
    const auto& payload = event_->as<fb::EngagementProposed>();
    Engagement made;
    made.id = event_->home();
    made.kind = payload.kind()->str();
    made.host_employer = Id::of(*payload.host_employer());
    made.host_site = Id::of(*payload.host_site());
    made.region_served = payload.region_served()->str();
    made.place_of_work = payload.place_of_work()->str();
    made.has_home =
        payload.home_employer() != nullptr && !Id::of(*payload.home_employer()).is_zero();
    made.from = event_->from;
    made.to = event_->to;
    made.consents = {implied()};
    made.schedules = {{event_->from, payload.schedule(), payload.load().value_or(0)}};
    person_.engagements.push_back(std::move(made));
}

std::set<std::string> Teller::needed(const Engagement& engagement, bool has_home) const {
    const auto* kind =
        events::CodeLists::built_in().list("engagement_kinds")->find(engagement.kind);
    const std::string& consents = kind->find("consents")->second;
    std::set<std::string> out = {"TALENT", "HOST"};
    if (consents.find("AUTHORITY") != std::string::npos) out.insert("AUTHORITY");
    const bool asks_home = consents == "HOME" || consents.starts_with("HOME ") ||
                           consents.find(" HOME ") != std::string::npos ||
                           consents.ends_with(" HOME");
    const bool retired =
        engagement.kind == "SEA" && person_.status_on(engagement.from) == "RETIRED";
    if (asks_home && has_home && !retired) out.insert("HOME");
    return out;
}

void Teller::settle_change(Engagement& engagement) {
    if (!engagement.change) return;
    auto& change = *engagement.change;
    const Date from = change.schedule ? change.schedule->from : engagement.to;
    const auto wanted = needed(engagement, person_.home_on(from) != nullptr);
    if (!std::includes(change.consents.begin(), change.consents.end(), wanted.begin(),
                       wanted.end())) {
        return;
    }
    if (change.to) engagement.to = *change.to;
    if (change.schedule) {
        std::erase_if(engagement.schedules,
                      [&](const Planned& old) { return old.from >= change.schedule->from; });
        engagement.schedules.push_back(*change.schedule);
    }
    engagement.change.reset();
}

void Teller::ask_change(Engagement& engagement) {
    Engagement::Change change;
    change.consents = {implied()};
    if (event_->type == Payload::EngagementExtended) {
        change.to = event_->to;
    } else {
        const auto& asked = event_->as<fb::EngagementRescheduled>();
        change.schedule = {event_->from, asked.schedule(), asked.load().value_or(0)};
    }
    engagement.change = std::move(change);
    settle_change(engagement);
}

void Teller::step_engagement() {
    Engagement* found = nullptr;
    for (auto& one : person_.engagements) {
        if (one.id == event_->home()) found = &one;
    }
    if (found == nullptr) return;
    Engagement& one = *found;
    const auto enter = [&](const char* state, bool active) {
        one.state = state;
        put_pair(one.switches, event_->from, active);
    };
    switch (event_->type) {
        case Payload::EngagementConsented: {
            const std::string party =
                fb::EnumNameParty(*event_->as<fb::EngagementConsented>().party());
            if (one.change) {
                one.change->consents.insert(party);
                return settle_change(one);
            }
            one.consents.insert(party);
            const auto wanted = needed(one, one.has_home);
            if (one.state == "PROPOSED" &&
                std::includes(one.consents.begin(), one.consents.end(), wanted.begin(),
                              wanted.end())) {
                one.state = "CONSENTED";
            }
            return;
        }
        case Payload::EngagementDeclined:
            if (one.change) {
                one.change.reset();
            } else if (one.state == "PROPOSED") {
                one.state = "DECLINED";
            }
            return;
        case Payload::EngagementActivated:
        case Payload::EngagementResumed: return enter("ACTIVE", true);
        case Payload::EngagementSuspended: return enter("SUSPENDED", false);
        case Payload::EngagementCompleted: return enter("COMPLETED", false);
        case Payload::EngagementTerminated: return enter("TERMINATED", false);
        case Payload::EngagementConverted: return enter("CONVERTED", false);
        case Payload::EngagementCancelled: one.state = "CANCELLED"; return;
        case Payload::EngagementExtended:
        case Payload::EngagementRescheduled: return ask_change(one);
        case Payload::ServiceRendered: {
            const auto& done = event_->as<fb::ServiceRendered>();
            one.services.push_back({event_->from, done.workday_mday().value_or(0),
                                    done.restday_mday().value_or(0),
                                    done.region_served()->str()});
            return;
        }
        default: return;
    }
}

}  // namespace naive
