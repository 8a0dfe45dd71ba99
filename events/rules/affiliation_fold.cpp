// How the family Affiliation, obligations, arrivals and departures shape a person.
#include "events/rules/deciding.h"
#include "events/rules/timeline.h"

namespace events {
namespace {

using schema::Payload;

/// One bit per field of Post.
enum Field : std::uint32_t { staffing = 1, team = 2, post_code = 4, rank_code = 8, fte = 16 };

void copy_post_fields(Post& to, const Post& from, std::uint32_t fields) {
    if (fields & staffing) to.staffing = from.staffing;
    if (fields & team) to.team = from.team;
    if (fields & post_code) to.post_code = from.post_code;
    if (fields & rank_code) to.rank_code = from.rank_code;
    if (fields & fte) to.fte = from.fte;
}

template <class Payload>
Post post_of(const Payload& payload, const Fact& fact) {
    Post post;
    post.from = fact.from;
    post.position = fact.position;
    if (const auto value = payload.staffing()) {
        post.staffing = *value;
        post.given |= staffing;
    }
    if (payload.team()) {
        post.team = payload.team()->str();
        post.given |= team;
    }
    if (payload.post_code()) {
        post.post_code = payload.post_code()->str();
        post.given |= post_code;
    }
    if (payload.rank_code()) {
        post.rank_code = payload.rank_code()->str();
        post.given |= rank_code;
    }
    if (const auto value = payload.fte()) {
        post.fte = *value;
        post.given |= fte;
    }
    return post;
}

Affiliation* find(Person& person, const schema::EventRef* opened) {
    if (!opened) return nullptr;
    const auto wanted = Id::of(opened->id());
    for (auto& affiliation : person.affiliations) {
        if (affiliation.opened.event == wanted) return &affiliation;
    }
    return nullptr;
}

void start(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::AffiliationStarted>();
    Affiliation affiliation;
    affiliation.opened = {fact.position, fact.event};
    affiliation.employer = Id::of(*payload.employer());
    affiliation.kind = payload.kind().value();
    affiliation.period = {fact.from, forever};
    affiliation.posts.push_back(post_of(payload, fact));
    affiliation.sites.push_back({fact.from, fact.position, Id::of(*payload.site())});
    if (payload.region_served()) affiliation.region_served = payload.region_served()->str();
    if (payload.contract_to()) affiliation.contract_to = Date::of(*payload.contract_to());
    person.affiliations.push_back(std::move(affiliation));
}

void end(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::AffiliationEnded>();
    auto* affiliation = find(person, payload.affiliation());
    if (!affiliation) return;  // its start has been retracted
    affiliation->period.to = fact.from;
    affiliation->ended = EventName{fact.position, fact.event};
    affiliation->end_reason = payload.reason().value();
}

void change_post(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::PostChanged>();
    auto* affiliation = find(person, payload.affiliation());
    if (!affiliation) return;
    insert_change(affiliation->posts, post_of(payload, fact), copy_post_fields);
}

void relocate(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::SiteRelocated>();
    auto* affiliation = find(person, payload.affiliation());
    if (!affiliation) return;
    insert_by_day(affiliation->sites, {fact.from, fact.position, Id::of(*payload.to_site())});
}

void consent_to_second_post(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::SecondaryPostConsented>();
    person.secondary_consents.push_back({{fact.position, fact.event},
                                         Id::of(*payload.employer()),
                                         Id::of(*payload.other_employer()),
                                         {fact.from, fact.to}});
}

void declare_obligation(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::ObligationDeclared>();
    person.obligations.push_back({{fact.position, fact.event},
                                  payload.kind().value(),
                                  Id::of(*payload.employer()),
                                  {fact.from, fact.to}});
}

void arrive(Person& person, const Fact& fact) {
    using schema::TalentStatus;
    const auto& payload = fact.as<schema::ArrivalRecorded>();
    if (person.status_on(fact.from) == TalentStatus::LEFT_SCOPE) {
        insert_by_day(person.statuses, {fact.from, fact.position, TalentStatus::ACTIVE});
    }
    person.crossings.push_back(
        {{fact.position, fact.event}, fact.from, true, payload.external_region()->str()});
}

void depart(Person& person, const Fact& fact) {
    using schema::TalentStatus;
    const auto& payload = fact.as<schema::DepartureRecorded>();
    insert_by_day(person.statuses, {fact.from, fact.position, TalentStatus::LEFT_SCOPE});
    person.crossings.push_back(
        {{fact.position, fact.event}, fact.from, false, payload.external_region()->str()});
}

}  // namespace

void apply_affiliation(Person& person, const Fact& fact) {
    switch (fact.type) {
        case Payload::AffiliationStarted: return start(person, fact);
        case Payload::AffiliationEnded: return end(person, fact);
        case Payload::PostChanged: return change_post(person, fact);
        case Payload::SiteRelocated: return relocate(person, fact);
        case Payload::SecondaryPostConsented: return consent_to_second_post(person, fact);
        case Payload::ObligationDeclared: return declare_obligation(person, fact);
        case Payload::ArrivalRecorded: return arrive(person, fact);
        case Payload::DepartureRecorded: return depart(person, fact);
        default: return;
    }
}

}  // namespace events
