#include "events/rules/person.h"

#include <algorithm>

#include "events/base/ensure.h"

namespace events {
namespace {

/// The last entry whose `from` is not after `day`; null if there is none.
template <class Entry>
const Entry* last_by(const std::vector<Entry>& entries, Date day) {
    const auto after = std::upper_bound(
        entries.begin(), entries.end(), day,
        [](Date wanted, const Entry& entry) { return wanted < entry.from; });
    return after == entries.begin() ? nullptr : &*(after - 1);
}

}  // namespace

const Post& Affiliation::post_on(Date day) const {
    ENSURE(!posts.empty(), "an affiliation starts with a post");
    const auto* post = last_by(posts, day);
    return post ? *post : posts.front();
}

const Id& Affiliation::site_on(Date day) const {
    ENSURE(!sites.empty(), "an affiliation starts at a site");
    const auto* span = last_by(sites, day);
    return span ? span->site : sites.front().site;
}

schema::TalentStatus Person::status_on(Date day) const {
    const auto* span = last_by(statuses, day);
    return span ? span->status : schema::TalentStatus::ACTIVE;
}

const Particulars* Person::particulars_on(Date day) const { return last_by(particulars, day); }

const Affiliation* Person::home_on(Date day) const {
    for (const auto& candidate : affiliations) {
        if (candidate.is_home() && candidate.period.contains(day)) return &candidate;
    }
    return nullptr;
}

const Affiliation* Person::affiliation(const Id& opening_event) const {
    for (const auto& candidate : affiliations) {
        if (candidate.opened.event == opening_event) return &candidate;
    }
    return nullptr;
}

const TransferCase* Person::transfer(const Id& wanted) const {
    for (const auto& candidate : transfers) {
        if (candidate.id == wanted) return &candidate;
    }
    return nullptr;
}

const EngagementCase* Person::engagement(const Id& wanted) const {
    for (const auto& candidate : engagements) {
        if (candidate.id == wanted) return &candidate;
    }
    return nullptr;
}

bool Person::closed() const { return absorbed_into.has_value() || died_on().has_value(); }

std::optional<Date> Person::died_on() const {
    for (const auto& span : statuses) {
        if (span.status == schema::TalentStatus::DECEASED) return span.from;
    }
    return std::nullopt;
}

}  // namespace events
