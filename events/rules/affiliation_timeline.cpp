// INV-T2 to T6 on the whole effective timeline of a person.
#include <algorithm>

#include "events/rules/birth.h"
#include "events/rules/breaches.h"

namespace events {
namespace {

using schema::AffiliationKind;

std::int64_t days_in(const Period& period) {
    return std::int64_t{period.to.days} - period.from.days;
}

/// A person's own firm never runs beside a home with a post of the civil service.
bool civil_while(const Affiliation& home, const Period& period) {
    const auto both = home.period.intersect(period);
    if (both.empty()) return false;
    if (home.post_on(both.from).staffing == schema::Staffing::CIVIL) return true;
    return std::any_of(home.posts.begin(), home.posts.end(), [&](const Post& post) {
        return both.contains(post.from) && post.staffing == schema::Staffing::CIVIL;
    });
}

void find_in_pair(const Affiliation& a, const Affiliation& b, Breaches& found) {
    const auto both = a.period.intersect(b.period);
    if (both.empty()) return;
    const bool a_later = a.opened.position > b.opened.position;
    const auto add = [&](const char* code, const char* what) {
        found.push_back({code, both.from, days_in(both), what, a_later ? a.opened : b.opened,
                         a_later ? b.opened : a.opened});
    };
    if (a.employer == b.employer) {
        return add("E_AFFIL_OVERLAP", "Two affiliations with one employer overlap.");
    }
    if (a.is_home() && b.is_home()) return add("E_SECOND_HOME", "Two full-time homes overlap.");
    const bool mixed = a.is_home() != b.is_home();
    const auto& home = a.is_home() ? a : b;
    const auto& other = a.is_home() ? b : a;
    if (mixed && other.kind == AffiliationKind::SELF && civil_while(home, other.period)) {
        add("E_SELF_CIVIL", "A civil servant's home overlaps with an own business.");
    }
}

/// INV-T2: the home employer has consented to the second post on the day it began.
bool lacks_consent(const Person& person, const Affiliation& second) {
    if (second.kind != AffiliationKind::SECONDARY) return false;
    const auto* home = person.home_on(second.period.from);
    if (!home || home->employer == second.employer) return false;
    return std::none_of(person.secondary_consents.begin(), person.secondary_consents.end(),
                        [&](const SecondaryConsent& consent) {
                            return consent.home_employer == home->employer &&
                                   consent.other_employer == second.employer &&
                                   consent.period.contains(second.period.from);
                        });
}

bool begins_too_early(const Affiliation& affiliation) {
    const auto before = [&](const auto& entry) { return entry.from < affiliation.period.from; };
    return std::any_of(affiliation.posts.begin(), affiliation.posts.end(), before) ||
           std::any_of(affiliation.sites.begin(), affiliation.sites.end(), before);
}

bool begins_after(const Affiliation& affiliation, Date death) {
    return affiliation.period.from >= death || affiliation.posts.back().from >= death ||
           affiliation.sites.back().from >= death;
}

void find_alone(const Person& person, const Affiliation& affiliation,
                const ReferenceBook& reference, Breaches& found) {
    const auto from = affiliation.period.from;
    const auto add = [&](const char* code, const char* what, std::int64_t amount = 0) {
        found.push_back({code, from, amount, what, affiliation.opened});
    };
    if (affiliation.period.empty()) {
        add("E_DATE_ORDER", "An affiliation ends before it begins.");
    } else if (begins_too_early(affiliation)) {
        add("E_DATE_ORDER", "A post or site of an affiliation begins before it does.");
    }
    const auto died = person.died_on();
    if (died && begins_after(affiliation, *died)) {
        add("E_CLOSED_PERSON", "An affiliation, post or site begins after death.");
    }
    const int born = birth_year_of(person);
    const auto least = reference.parameter("first_affiliation_age", from);
    const auto age = from.year() - born;
    if (born != 0 && age < 0) {
        add("E_DATE_ORDER", "The effective date lies before the year of birth.", -age);
    } else if (born != 0 && age < least) {
        add("E_AGE", "An affiliation begins too early in life.", least - age);
    }
    if (lacks_consent(person, affiliation)) {
        add("E_CONSENT_MISSING", "A second post needs the home employer's consent.");
    }
}

}  // namespace

void find_affiliation_breaches(const Person& person, const ReferenceBook& reference,
                               Breaches& found) {
    const auto& all = person.affiliations;
    for (std::size_t i = 0; i < all.size(); ++i) {
        find_alone(person, all[i], reference, found);
        for (std::size_t j = i + 1; j < all.size(); ++j) find_in_pair(all[i], all[j], found);
    }
}

}  // namespace events
