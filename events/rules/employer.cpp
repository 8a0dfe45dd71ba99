// The family Employer (INV-E1, E2).
#include "events/codes/identifiers.h"
#include "events/rules/deciding.h"
#include "events/rules/visible.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;

bool employer_waits(const Deciding& deciding, const Id& employer) {
    const StreamId stream{StreamKind::employer, employer};
    const auto own = [&](const Fact& fact) {
        return fact.home == stream || fact.home.kind == StreamKind::ops;
    };
    for (const auto& visible :
         visible_facts(std::span(&stream, 1), deciding.standings.history(), own)) {
        if (visible.fact.type == Payload::EmployerRegistered) {
            return visible.standing == Standing::proposed;
        }
    }
    return false;
}

base::Error no_parent(const Deciding& deciding, const Id& parent) {
    return unless_waiting(deciding, StreamId{StreamKind::employer, parent},
                          refusal("E_NO_EMPLOYER", "The parent is not registered."));
}

base::Result<void> register_employer(Deciding& deciding, std::size_t index) {
    const auto& payload = deciding.draft(index).as<schema::EmployerRegistered>();
    const auto own = deciding.home(index).id;
    if (payload.parent() && !deciding.standings.employer(Id::of(*payload.parent()))) {
        return no_parent(deciding, Id::of(*payload.parent()));
    }
    const auto code = payload.uscc()->str();
    if (code.size() == 18 && !organisation_code_matches(code.substr(8, 9))) {
        deciding.warn(index, "W_ORGANISATION_CODE",
                      "The organisation code's check digit is wrong.");
    }
    return claim_uscc(deciding, code, own);
}

base::Result<void> amend(Deciding& deciding, std::size_t index, const Employer& employer) {
    const auto& payload = deciding.draft(index).as<schema::EmployerAmended>();
    const auto* parent = payload.parent();
    if (parent && Id::of(*parent) == employer.id) {
        return refusal("E_SUCCESSOR", "An employer is not its own parent.");
    }
    if (parent && !deciding.standings.employer(Id::of(*parent))) {
        return no_parent(deciding, Id::of(*parent));
    }
    const bool changes = payload.name() || payload.ownership() || payload.section() ||
                         payload.division() || payload.subordination() || payload.region() ||
                         parent;
    if (!changes) return refusal("E_NOTHING_CHANGES", "Nothing is amended.");
    return {};
}

base::Result<void> open_site(Deciding& deciding, std::size_t index, const Employer& employer) {
    const auto& payload = deciding.draft(index).as<schema::SiteOpened>();
    if (employer.site(Id::of(*payload.site()))) {
        return refusal("E_SITE_EXISTS", "The employer has a site of this id already.");
    }
    return {};
}

base::Result<void> close_site(Deciding& deciding, std::size_t index, const Employer& employer) {
    const auto& payload = deciding.draft(index).as<schema::SiteClosed>();
    const auto* site = employer.site(Id::of(*payload.site()));
    if (!site) {
        return unless_site_waits(deciding, employer.id, Id::of(*payload.site()),
                                 refusal("E_NO_SITE", "The employer has no such site."));
    }
    if (site->period.to != forever) return refusal("E_NO_SITE", "The site is closed already.");
    if (deciding.placement(index).from <= site->period.from) {
        return refusal("E_DATE_ORDER", "The site would close before it opened.");
    }
    return {};
}

/// Successors exist, live on that day and are others.
base::Result<void> check_successor(Deciding& deciding, std::size_t index, const Id& successor,
                                   const Id& own) {
    if (successor == own) return refusal("E_SUCCESSOR", "An employer does not succeed itself.");
    const auto found = deciding.living_employer(successor, deciding.placement(index).from);
    if (!found) return found.error();
    return {};
}

/// INV-E2: nobody is left behind without a successor.
base::Result<void> check_nobody_left(Deciding& deciding, std::size_t index, const Id& own) {
    const auto on = deciding.placement(index).from;
    std::size_t open = 0;
    for (const auto& talent : deciding.standings.people_of(own)) {
        const auto* person = deciding.standings.person(talent);
        if (!person || person->id != talent) continue;
        for (const auto& affiliation : person->affiliations) {
            open += affiliation.employer == own && affiliation.period.to > on ? 1 : 0;
        }
    }
    if (open == 0) return {};
    return refusal("E_OPEN_AFFILIATIONS",
                   std::to_string(open) + " affiliations are open and no successor is named.");
}

base::Result<void> end(Deciding& deciding, std::size_t index, const Id& own) {
    const auto& draft = deciding.draft(index);
    if (draft.type == Payload::EmployerMerged) {
        return check_successor(deciding, index,
                               Id::of(*draft.as<schema::EmployerMerged>().successor()), own);
    }
    if (draft.type == Payload::EmployerDivided) {
        for (const auto* id : *draft.as<schema::EmployerDivided>().successors()) {
            if (auto ok = check_successor(deciding, index, Id::of(*id), own); !ok) return ok;
        }
        return {};
    }
    const auto* successor = draft.as<schema::EmployerDissolved>().successor();
    if (successor) return check_successor(deciding, index, Id::of(*successor), own);
    return check_nobody_left(deciding, index, own);
}

}  // namespace

base::Result<void> claim_uscc(Deciding& deciding, const std::string& code, const Id& owner) {
    if (auto ok = check_uscc(code); !ok) {
        auto error = ok.error();
        error.fault = base::Fault::refused;
        return error;
    }
    for (const auto& claim : deciding.decision.claims) {
        if (claim.kind == Claim::Kind::uscc && claim.key == code && claim.owner != owner) {
            return refusal("E_USCC", "Two employers of the command have the same code.");
        }
    }
    for (const auto& holder : deciding.standings.holders(Claim::Kind::uscc, code)) {
        if (holder == owner) continue;
        const auto* other = deciding.standings.employer(holder);
        const bool lives = other && other->end == Employer::End::none && other->uscc == code;
        if (lives || (!other && employer_waits(deciding, holder))) {
            return refusal("E_USCC", "An employer with this code is registered already.");
        }
    }
    deciding.decision.claims.push_back({Claim::Kind::uscc, code, owner, false});
    return {};
}

base::Result<void> decide_employer(Deciding& deciding, std::size_t index) {
    const auto type = deciding.draft(index).type;
    if (type == Payload::EmployerRegistered) return register_employer(deciding, index);
    const auto own = deciding.home(index).id;
    const auto employer = deciding.living_employer(own, deciding.placement(index).from);
    if (!employer) return employer.error();
    switch (type) {
        case Payload::EmployerAmended:
            return amend(deciding, index, **employer);
        case Payload::SiteOpened:
            return open_site(deciding, index, **employer);
        case Payload::SiteClosed:
            return close_site(deciding, index, **employer);
        default:
            break;
    }
    if ((*employer)->end != Employer::End::none) {
        return refusal("E_EMPLOYER_ENDED", "The employer has ended already.");
    }
    return end(deciding, index, own);
}

}  // namespace events
