#include <algorithm>

#include "events/base/ensure.h"
#include "events/rules/employer.h"
#include "events/rules/timeline.h"
#include "events/rules/visible.h"

namespace events {
namespace {

using schema::Payload;

/// One bit per field of EmployerParticulars.
enum EmployerField : std::uint32_t {
    name = 1, ownership = 2, section = 4, division = 8, subordination = 16, region = 32, parent = 64
};

void copy_employer_fields(EmployerParticulars& to, const EmployerParticulars& from,
                          std::uint32_t fields) {
    if (fields & name) to.name = from.name;
    if (fields & ownership) to.ownership = from.ownership;
    if (fields & section) to.section = from.section;
    if (fields & division) to.division = from.division;
    if (fields & subordination) to.subordination = from.subordination;
    if (fields & region) to.region = from.region;
    if (fields & parent) to.parent = from.parent;
}

template <class Payload>
void take_particulars(Employer& employer, const Payload& payload, const Fact& fact) {
    EmployerParticulars entry;
    entry.from = fact.from;
    entry.position = fact.position;
    const auto take = [&](std::string& to, const flatbuffers::String* from, EmployerField field) {
        if (!from) return;
        to = from->str();
        entry.given |= field;
    };
    take(entry.name, payload.name(), name);
    take(entry.section, payload.section(), section);
    take(entry.division, payload.division(), division);
    take(entry.subordination, payload.subordination(), subordination);
    take(entry.region, payload.region(), region);
    if (const auto value = payload.ownership()) {
        entry.ownership = *value;
        entry.given |= ownership;
    }
    if (payload.parent()) {
        entry.parent = Id::of(*payload.parent());
        entry.given |= parent;
    }
    insert_change(employer.particulars, std::move(entry), copy_employer_fields);
}

void open_site(Employer& employer, const Fact& fact) {
    const auto& payload = fact.as<schema::SiteOpened>();
    employer.sites.push_back({Id::of(*payload.site()),
                              {fact.position, fact.event},
                              payload.region()->str(),
                              payload.function().value(),
                              {fact.from, forever}});
}

void close_site(Employer& employer, const Fact& fact) {
    const auto wanted = Id::of(*fact.as<schema::SiteClosed>().site());
    for (auto& site : employer.sites) {
        if (site.id == wanted) site.period.to = fact.from;
    }
}

void end(Employer& employer, const Fact& fact, Employer::End how) {
    employer.end = how;
    employer.ended_on = fact.from;
    employer.successors.clear();
}

bool is_employer_fact(const Fact& fact) {
    return fact.type >= Payload::EmployerRegistered && fact.type <= Payload::EmployerDissolved;
}

bool is_verdict_fact(const Fact& fact) {
    return fact.type == Payload::ActionApproved || fact.type == Payload::ActionRejected;
}

}  // namespace

const EmployerParticulars* Employer::particulars_on(Date day) const {
    if (particulars.empty()) return nullptr;
    const auto after = std::upper_bound(
        particulars.begin(), particulars.end(), day,
        [](Date wanted, const EmployerParticulars& entry) { return wanted < entry.from; });
    return after == particulars.begin() ? &particulars.front() : &*(after - 1);
}

const Site* Employer::site(const Id& wanted) const {
    for (const auto& candidate : sites) {
        if (candidate.id == wanted) return &candidate;
    }
    return nullptr;
}

void apply(Employer& employer, const Fact& fact) {
    if (!is_employer_fact(fact) || fact.home.id != employer.id) return;
    employer.last = std::max(employer.last, fact.position);
    switch (fact.type) {
        case Payload::EmployerRegistered:
            employer.registered = true;
            employer.registration = {fact.position, fact.event};
            employer.uscc = fact.as<schema::EmployerRegistered>().uscc()->str();
            return take_particulars(employer, fact.as<schema::EmployerRegistered>(), fact);
        case Payload::EmployerAmended:
            return take_particulars(employer, fact.as<schema::EmployerAmended>(), fact);
        case Payload::SiteOpened: return open_site(employer, fact);
        case Payload::SiteClosed: return close_site(employer, fact);
        case Payload::EmployerMerged:
            end(employer, fact, Employer::End::merged);
            employer.successors.push_back(Id::of(*fact.as<schema::EmployerMerged>().successor()));
            return;
        case Payload::EmployerDivided:
            end(employer, fact, Employer::End::divided);
            for (const auto* id : *fact.as<schema::EmployerDivided>().successors()) {
                employer.successors.push_back(Id::of(*id));
            }
            return;
        default: break;
    }
    end(employer, fact, Employer::End::dissolved);
    if (const auto* successor = fact.as<schema::EmployerDissolved>().successor()) {
        employer.successors.push_back(Id::of(*successor));
    }
}

Employer fold_employer(const Id& id, const History& history) {
    const StreamId stream{StreamKind::employer, id};
    Employer employer;
    employer.id = id;
    // An employer's stream is mostly about its people, so only its own events are looked at.
    bool plain = true;
    history.each(stream, [&](const Fact& fact) {
        if (!plain || !(fact.home == stream)) return;
        plain = is_employer_fact(fact) && !fact.proposed;
        if (plain) apply(employer, fact);
    });
    if (plain) return employer;

    employer = {};
    employer.id = id;
    const auto wanted = [&](const Fact& fact) {
        return fact.home == stream || is_verdict_fact(fact);
    };
    const auto facts = visible_facts(std::span(&stream, 1), history, wanted);
    for (const auto* visible : in_order_of_effect(facts)) apply(employer, visible->effective);
    return employer;
}

}  // namespace events
