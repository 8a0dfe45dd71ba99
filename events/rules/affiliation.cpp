// The family Affiliation, and what goes with it: obligations, arrivals, departures.
#include <algorithm>

#include "events/rules/birth.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::AffiliationKind;
using schema::Payload;

base::Error no_affiliation(const Deciding& deciding, const schema::EventRef& opened) {
    return unless_waiting(
        deciding, {opened.position()},
        refusal("E_NO_AFFILIATION", "The talent has no such affiliation on record."));
}

/// The affiliation that an event is about, open on its effective date.
base::Result<const Affiliation*> open_affiliation(const Deciding& deciding, std::size_t index,
                                                  const Person& person,
                                                  const schema::EventRef& opened) {
    const auto* found = person.affiliation(Id::of(opened.id()));
    if (!found) return no_affiliation(deciding, opened);
    const auto from = deciding.decision.placements[index].from;
    if (from < found->period.from) {
        return refusal("E_DATE_ORDER", "The affiliation begins only later.");
    }
    if (found->period.to <= from) {
        return refusal("E_AFFIL_STATE", "The affiliation has ended by then.");
    }
    return found;
}

base::Result<void> check_second_post(const Deciding& deciding, const Person& person,
                                     const schema::AffiliationStarted& payload, Date from) {
    const auto* home = person.home_on(from);
    const auto other = Id::of(*payload.employer());
    if (!home || home->employer == other) return {};
    const auto* named = payload.home_consent();
    for (const auto& consent : person.secondary_consents) {
        if (!named || consent.given.event != Id::of(named->id())) continue;
        const bool fits = consent.home_employer == home->employer &&
                          consent.other_employer == other && consent.period.contains(from);
        if (fits) return {};
    }
    const auto missing =
        refusal("E_CONSENT_MISSING", "A second post needs the home employer's consent.");
    return named ? unless_waiting(deciding, {named->position()}, missing) : missing;
}

base::Result<void> check_contract(const schema::AffiliationStarted& payload) {
    const auto* from = payload.contract_from();
    const auto* to = payload.contract_to();
    if (from && to && Date::of(*to) <= Date::of(*from)) {
        return refusal("E_DATE_ORDER", "The contract ends before it begins.");
    }
    return {};
}

/// The exact age where the date of birth came with the same command; else by year of birth.
bool is_under_age(const Deciding& deciding, const Person& person, Date from, int least) {
    for (const auto& draft : deciding.command.drafts) {
        if (draft.type != Payload::TalentRegistered || draft.home != person.id) continue;
        const auto born = personal_date(draft, "birth_date");
        if (born) return from < born->plus_months(12 * least);
    }
    const int year = birth_year_of(person);
    return year != 0 && from.year() - year < least;
}

base::Result<void> check_age(Deciding& deciding, std::size_t index, const Person& person) {
    const auto from = deciding.placement(index).from;
    if (auto ok = require_born(person, from); !ok) return ok;
    const auto least = deciding.standings.reference().parameter("first_affiliation_age", from);
    if (is_under_age(deciding, person, from, static_cast<int>(least))) {
        return refusal("E_AGE", "The talent is too young for an affiliation.");
    }
    const int year = birth_year_of(person);
    if (year != 0 && from.year() - year > deciding.parameter("old_age_warning")) {
        deciding.warn(index, "W_AGE", "The talent is unusually old for a new affiliation.");
    }
    return {};
}

base::Result<void> start(Deciding& deciding, std::size_t index, const Person& person) {
    const auto& payload = deciding.draft(index).as<schema::AffiliationStarted>();
    const auto from = deciding.placement(index).from;
    const auto employer = deciding.living_employer(Id::of(*payload.employer()), from);
    if (!employer) return employer.error();
    const auto site = deciding.open_site(**employer, Id::of(*payload.site()), from);
    if (!site) return site.error();
    if (auto ok = check_contract(payload); !ok) return ok;
    if (auto ok = check_age(deciding, index, person); !ok) return ok;
    const auto kind = payload.kind().value();
    if (kind == AffiliationKind::FULL_TIME_HOME &&
        payload.fte().value_or(1000) < deciding.parameter("home_min_fte")) {
        return refusal("E_HOME_FTE", "A full-time home takes more of a person's time than that.");
    }
    if (kind == AffiliationKind::SECONDARY) {
        if (auto ok = check_second_post(deciding, person, payload, from); !ok) return ok;
    }
    if (person.status_on(from) == schema::TalentStatus::LEFT_SCOPE) {
        deciding.warn(index, "W_LEFT_SCOPE", "The talent had left the province by then.");
    }
    return {};
}

base::Result<void> end(Deciding& deciding, std::size_t index, const Person& person) {
    auto& payload = deciding.draft(index).as_mutable<schema::AffiliationEnded>();
    const auto* found = person.affiliation(Id::of(payload.affiliation()->id()));
    if (!found) return no_affiliation(deciding, *payload.affiliation());
    if (found->ended) return refusal("E_AFFIL_STATE", "The affiliation has ended already.");
    if (deciding.placement(index).from <= found->period.from) {
        return refusal("E_DATE_ORDER", "The affiliation would end before it begins.");
    }
    *payload.mutable_employer() = found->employer.stored();
    return {};
}

base::Result<void> change_post(Deciding& deciding, std::size_t index, const Person& person) {
    auto& payload = deciding.draft(index).as_mutable<schema::PostChanged>();
    const auto found = open_affiliation(deciding, index, person, *payload.affiliation());
    if (!found) return found.error();
    const auto fte = payload.fte();
    const bool changes =
        payload.staffing() || payload.team() || payload.post_code() || payload.rank_code() || fte;
    if (!changes) return refusal("E_NOTHING_CHANGES", "Nothing about the post is changed.");
    if ((*found)->is_home() && fte && *fte < deciding.parameter("home_min_fte")) {
        return refusal("E_HOME_FTE", "A full-time home takes more of a person's time than that.");
    }
    *payload.mutable_employer() = (*found)->employer.stored();
    return {};
}

base::Result<void> relocate(Deciding& deciding, std::size_t index, const Person& person) {
    auto& payload = deciding.draft(index).as_mutable<schema::SiteRelocated>();
    const auto found = open_affiliation(deciding, index, person, *payload.affiliation());
    if (!found) return found.error();
    const auto from = deciding.placement(index).from;
    const auto old_site = Id::of(*payload.from_site());
    const auto new_site = Id::of(*payload.to_site());
    if (old_site == new_site) {
        return refusal("E_SAME_SITE", "The old and the new site are the same.");
    }
    if ((*found)->site_on(from) != old_site) {
        return refusal("E_SITE_MISMATCH", "The talent is not at the old site on that day.");
    }
    const auto employer = deciding.living_employer((*found)->employer, from);
    if (!employer) return employer.error();
    if (auto site = deciding.open_site(**employer, new_site, from); !site) return site.error();
    *payload.mutable_employer() = (*found)->employer.stored();
    return {};
}

base::Result<void> consent(Deciding& deciding, std::size_t index, const Person& person) {
    auto& payload = deciding.draft(index).as_mutable<schema::SecondaryPostConsented>();
    const auto found = open_affiliation(deciding, index, person, *payload.affiliation());
    if (!found) return found.error();
    if (!(*found)->is_home()) {
        return refusal("E_AFFIL_STATE", "Only the full-time home consents to a second post.");
    }
    const auto other = deciding.living_employer(Id::of(*payload.other_employer()),
                                                deciding.placement(index).from);
    if (!other) return other.error();
    if ((*other)->id == (*found)->employer) {
        return refusal("E_SAME_EMPLOYER", "A second post is with another employer.");
    }
    *payload.mutable_employer() = (*found)->employer.stored();
    return {};
}

base::Result<void> declare_obligation(Deciding& deciding, std::size_t index,
                                      const Person& person) {
    const auto& payload = deciding.draft(index).as<schema::ObligationDeclared>();
    if (const auto* affiliation = payload.affiliation()) {
        const auto* found = person.affiliation(Id::of(affiliation->id()));
        if (!found) return no_affiliation(deciding, *affiliation);
        if (found->employer != Id::of(*payload.employer())) {
            return refusal("E_NO_AFFILIATION", "The talent has no such affiliation there.");
        }
    }
    if (!deciding.standings.employer(Id::of(*payload.employer()))) {
        return refusal("E_NO_EMPLOYER", "No employer is registered under this id.");
    }
    return {};
}

base::Result<void> cross_border(Deciding& deciding, std::string_view region) {
    if (deciding.standings.reference().is_external(region)) return {};
    return refusal("E_NOT_EXTERNAL", "Arrivals and departures name a region outside the province.");
}

base::Result<void> decide_one(Deciding& deciding, std::size_t index, const Person& person) {
    const auto& draft = deciding.draft(index);
    switch (draft.type) {
        case Payload::AffiliationStarted: return start(deciding, index, person);
        case Payload::AffiliationEnded: return end(deciding, index, person);
        case Payload::PostChanged: return change_post(deciding, index, person);
        case Payload::SiteRelocated: return relocate(deciding, index, person);
        case Payload::SecondaryPostConsented: return consent(deciding, index, person);
        case Payload::ObligationDeclared: return declare_obligation(deciding, index, person);
        case Payload::ArrivalRecorded:
            return cross_border(
                deciding, draft.as<schema::ArrivalRecorded>().external_region()->string_view());
        default:
            return cross_border(
                deciding, draft.as<schema::DepartureRecorded>().external_region()->string_view());
    }
}

}  // namespace

base::Result<void> decide_affiliation(Deciding& deciding, std::size_t index) {
    // Endings are all that may follow a death (INV-T4).
    const bool must_live = deciding.draft(index).type != Payload::AffiliationEnded;
    const auto person = deciding.person(index, deciding.home(index).id, must_live);
    if (!person) return person.error();
    deciding.touch((*person)->id);
    return decide_one(deciding, index, **person);
}

}  // namespace events
