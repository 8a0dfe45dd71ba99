// Particulars, qualifications and homes as the events tell them.
#include "tests/acceptance/naive_teller.h"

namespace naive {

using fb::Payload;

namespace {

template <class Payload>
Says says_of(const Payload& payload, Date from) {
    Says says;
    says.from = from;
    const auto take = [](std::optional<std::string>& to, const flatbuffers::String* text) {
        if (text != nullptr) to = text->str();
    };
    take(says.category, payload.category());
    take(says.nationality, payload.nationality());
    take(says.residence, payload.residence());
    take(says.degree, payload.degree());
    take(says.education, payload.education());
    if (payload.sex()) says.sex = *payload.sex();
    if (payload.birth_year()) says.birth_year = *payload.birth_year();
    if (payload.titles() != nullptr) {
        says.titles.emplace();
        for (const auto* title : *payload.titles()) says.titles->push_back(title->code()->str());
    }
    if (payload.skills() != nullptr) {
        says.skills.emplace();
        for (const auto* skill : *payload.skills()) says.skills->push_back(skill->str());
    }
    return says;
}

template <class Payload>
PostSays post_of(const Payload& payload, Date from) {
    PostSays says;
    says.from = from;
    if (payload.staffing()) says.staffing = fb::EnumNameStaffing(*payload.staffing());
    if (payload.team() != nullptr) says.team = payload.team()->str();
    if (payload.post_code() != nullptr) says.post_code = payload.post_code()->str();
    if (payload.rank_code() != nullptr) says.rank_code = payload.rank_code()->str();
    if (payload.fte()) says.fte = *payload.fte();
    return says;
}

}  // namespace

void Teller::tell(const Known& one, bool own) {
    event_ = &one;
    switch (one.type) {
        case Payload::TalentRegistered:
            if (own) register_talent(one.as<fb::TalentRegistered>());
            return;
        case Payload::TalentAmended:
            if (own) amend(one.as<fb::TalentAmended>());
            return;
        case Payload::TalentStatusChanged:
            if (!own) return;
            return status(
                fb::EnumNameTalentStatus(*one.as<fb::TalentStatusChanged>().status()));
        case Payload::QualificationRecorded: return qualify();
        case Payload::QualificationRevoked: return revoke();
        case Payload::AffiliationStarted: return start();
        case Payload::AffiliationEnded: return end();
        case Payload::PostChanged: return change_post();
        case Payload::SiteRelocated: return relocate();
        case Payload::ArrivalRecorded:
            if (own && person_.status_on(one.from) == "LEFT_SCOPE") status("ACTIVE");
            person_.crossings.push_back(
                {one.from, true, one.as<fb::ArrivalRecorded>().external_region()->str()});
            return;
        case Payload::DepartureRecorded:
            if (own) status("LEFT_SCOPE");
            person_.crossings.push_back(
                {one.from, false, one.as<fb::DepartureRecorded>().external_region()->str()});
            return;
        case Payload::TransferRequested: return request();
        case Payload::EngagementProposed: return propose();
        default: break;
    }
    const auto kind = one.event->streams()->Get(0)->kind();
    if (kind == fb::StreamKind::transfer) step_transfer();
    if (kind == fb::StreamKind::engagement) step_engagement();
}

void Teller::register_talent(const fb::TalentRegistered& payload) {
    Says says = says_of(payload, event_->from);
    // What a registration leaves out is known to be unknown.
    if (!says.degree) says.degree.emplace();
    if (!says.education) says.education.emplace();
    if (!says.titles) says.titles.emplace();
    if (!says.skills) says.skills.emplace();
    put_by_day(person_.says, std::move(says));
    status("ACTIVE");
    honours(payload.honours());
}

void Teller::amend(const fb::TalentAmended& payload) {
    Says says = says_of(payload, event_->from);
    bool says_something = says.category || says.nationality || says.residence ||
                          says.degree || says.education || says.sex || says.birth_year ||
                          says.titles || says.skills;
    if (payload.cleared() != nullptr) {
        for (const auto field : *payload.cleared()) {
            says_something = clear(says, field) || says_something;
        }
    }
    honours(payload.honours());
    if (says_something) put_by_day(person_.says, std::move(says));
}

/// Fields are numbered in the order of the schema.
bool Teller::clear(Says& says, int field) {
    switch (field) {
        case 2: says.sex.emplace(); return true;
        case 6: says.residence.emplace(); return true;
        case 7: says.degree.emplace(); return true;
        case 8: says.education.emplace(); return true;
        case 9: says.titles.emplace(); return true;
        case 10: says.skills.emplace(); return true;
        case 13: person_.honours.clear(); return false;
        default: return false;
    }
}

void Teller::honours(const flatbuffers::Vector<flatbuffers::Offset<fb::Honour>>* list) {
    if (list == nullptr) return;
    person_.honours.clear();
    for (const auto* one : *list) {
        person_.honours.emplace_back(one->code()->str(), Date{one->since()->days()});
    }
}

void Teller::qualify() {
    const auto& payload = event_->as<fb::QualificationRecorded>();
    person_.qualifications.push_back({event_->position(), Id::of(*event_->event->event_id()),
                                      fb::EnumNameQualificationKind(*payload.kind()),
                                      payload.code()->str(), event_->from, event_->to,
                                      std::nullopt});
}

void Teller::revoke() {
    const auto* named = event_->as<fb::QualificationRevoked>().qualification();
    for (auto& held : person_.qualifications) {
        if (held.position == named->position()) held.revoked = event_->from;
    }
}

void Teller::start() {
    const auto& payload = event_->as<fb::AffiliationStarted>();
    Affiliation made;
    made.position = event_->position();
    made.event = Id::of(*event_->event->event_id());
    made.employer = Id::of(*payload.employer());
    made.kind = *payload.kind();
    made.from = event_->from;
    made.posts.push_back(post_of(payload, event_->from));
    if (!made.posts[0].fte) made.posts[0].fte = 1000;
    if (!made.posts[0].post_code) made.posts[0].post_code.emplace();
    if (!made.posts[0].rank_code) made.posts[0].rank_code.emplace();
    made.sites.emplace_back(event_->from, Id::of(*payload.site()));
    person_.affiliations.push_back(std::move(made));
}

Affiliation* Teller::named(const fb::EventRef* reference) {
    for (auto& one : person_.affiliations) {
        if (one.position == reference->position()) return &one;
    }
    return nullptr;
}

void Teller::end() {
    auto* one = named(event_->as<fb::AffiliationEnded>().affiliation());
    if (one != nullptr) one->to = event_->from;
}

void Teller::change_post() {
    const auto& payload = event_->as<fb::PostChanged>();
    auto* one = named(payload.affiliation());
    if (one != nullptr) put_by_day(one->posts, post_of(payload, event_->from));
}

void Teller::relocate() {
    const auto& payload = event_->as<fb::SiteRelocated>();
    auto* one = named(payload.affiliation());
    if (one != nullptr) put_pair(one->sites, event_->from, Id::of(*payload.to_site()));
}

namespace {

/// Where the home was, in order of time; of two that overlap the earlier one ends where the later
/// begins.
void lay_out_homes(Person& person) {
    std::vector<std::size_t> homes;
    for (std::size_t i = 0; i < person.affiliations.size(); ++i) {
        const auto& one = person.affiliations[i];
        if (one.kind == fb::AffiliationKind::FULL_TIME_HOME && one.from < one.to) {
            homes.push_back(i);
        }
    }
    std::stable_sort(homes.begin(), homes.end(), [&](std::size_t a, std::size_t b) {
        return person.affiliations[a].from < person.affiliations[b].from;
    });
    for (std::size_t h = 0; h < homes.size(); ++h) {
        const Affiliation& home = person.affiliations[homes[h]];
        Date to = home.to;
        if (h + 1 < homes.size()) to = std::min(to, person.affiliations[homes[h + 1]].from);
        std::set<Date> days = {home.from};
        for (const auto& [since, site] : home.sites) days.insert(since);
        for (auto day = days.begin(); day != days.end(); ++day) {
            const Date from = std::max(home.from, *day);
            const Date until = std::next(day) == days.end() ? to : std::min(to, *std::next(day));
            if (until <= from) continue;
            const Id site = home.site_on(from);
            auto& stays = person.stays;
            if (!stays.empty() && stays.back().affiliation == homes[h] &&
                stays.back().site == site) {
                stays.back().to = until;
            } else {
                stays.push_back({from, until, homes[h], site});
            }
        }
    }
}

}  // namespace

void tell_life(Person& person, const std::vector<std::pair<const Known*, bool>>& in_effect) {
    Teller teller(person);
    for (const auto& [one, own] : in_effect) teller.tell(*one, own);
    lay_out_homes(person);
}

}  // namespace naive
