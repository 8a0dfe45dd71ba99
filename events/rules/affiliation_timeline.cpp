// INV-T2 to T6 on the whole effective timeline of a person.
#include <algorithm>

#include "events/rules/birth.h"

namespace events {
namespace {

using schema::AffiliationKind;

/// A person's own firm never runs beside a home with a post of the civil service.
bool civil_while(const Affiliation& home, const Period& period) {
    const auto both = home.period.intersect(period);
    if (both.empty()) return false;
    if (home.post_on(both.from).staffing == schema::Staffing::CIVIL) return true;
    return std::any_of(home.posts.begin(), home.posts.end(), [&](const Post& post) {
        return both.contains(post.from) && post.staffing == schema::Staffing::CIVIL;
    });
}

base::Result<void> check_pair(const Affiliation& a, const Affiliation& b) {
    if (!a.period.overlaps(b.period)) return {};
    if (a.employer == b.employer) {
        return refusal("E_AFFIL_OVERLAP", "Two affiliations with one employer overlap.");
    }
    if (a.is_home() && b.is_home()) {
        return refusal("E_SECOND_HOME", "Two full-time homes overlap.");
    }
    const bool mixed = a.is_home() != b.is_home();
    const auto& home = a.is_home() ? a : b;
    const auto& other = a.is_home() ? b : a;
    if (mixed && other.kind == AffiliationKind::SELF && civil_while(home, other.period)) {
        return refusal("E_SELF_CIVIL", "A civil servant's home overlaps with an own business.");
    }
    return {};
}

/// INV-T2: the home employer has consented to the second post on the day it began.
base::Result<void> check_consent(const Person& person, const Affiliation& second) {
    if (second.kind != AffiliationKind::SECONDARY) return {};
    const auto* home = person.home_on(second.period.from);
    if (!home || home->employer == second.employer) return {};
    for (const auto& consent : person.secondary_consents) {
        const bool fits = consent.home_employer == home->employer &&
                          consent.other_employer == second.employer &&
                          consent.period.contains(second.period.from);
        if (fits) return {};
    }
    return refusal("E_CONSENT_MISSING", "A second post needs the home employer's consent.");
}

base::Result<void> check_one(const Person& person, const Affiliation& affiliation, int least_age) {
    const auto& period = affiliation.period;
    if (period.empty()) return refusal("E_DATE_ORDER", "An affiliation ends before it begins.");
    const auto begins_before = [&](const auto& entry) { return entry.from < period.from; };
    if (std::any_of(affiliation.posts.begin(), affiliation.posts.end(), begins_before) ||
        std::any_of(affiliation.sites.begin(), affiliation.sites.end(), begins_before)) {
        return refusal("E_DATE_ORDER", "A post or site of an affiliation begins before it does.");
    }
    if (const auto died = person.died_on()) {
        const auto after = [&](const auto& entry) { return entry.from >= *died; };
        if (period.from >= *died || after(affiliation.posts.back()) ||
            after(affiliation.sites.back())) {
            return refusal("E_CLOSED_PERSON", "An affiliation, post or site begins after death.");
        }
    }
    if (auto ok = require_born(person, period.from); !ok) return ok;
    const int born = birth_year_of(person);
    if (born != 0 && period.from.year() - born < least_age) {
        return refusal("E_AGE", "An affiliation begins too early in life.");
    }
    return check_consent(person, affiliation);
}

}  // namespace

base::Result<void> check_affiliation_timeline(const Person& person, Deciding& deciding) {
    const auto& all = person.affiliations;
    if (all.empty()) return {};
    const int least_age = static_cast<int>(deciding.parameter("first_affiliation_age"));
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (auto ok = check_one(person, all[i], least_age); !ok) return ok;
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            if (auto ok = check_pair(all[i], all[j]); !ok) return ok;
        }
    }
    return {};
}

}  // namespace events
