#include <algorithm>

#include "events/rules/correction.h"

namespace events {
namespace {

using schema::Payload;

bool changes_others(Payload type) { return is_correction(type) || is_verdict(type); }

/// Adds the prefecture of a site as it is on that day.
void add_site(std::set<std::string>& found, Deciding& deciding, const Id& employer, const Id& site,
              Date day) {
    const auto* of = deciding.standings.employer(employer);
    const auto* known = of ? of->site(site) : nullptr;
    if (known) found.insert(deciding.standings.reference().prefecture_on(known->region, day));
}

void add_affiliation(std::set<std::string>& found, Deciding& deciding, const Person& person,
                     const schema::EventRef* opened, Date day) {
    const auto* affiliation = opened ? person.affiliation(Id::of(opened->id())) : nullptr;
    if (!affiliation || !affiliation->is_home()) return;
    add_site(found, deciding, affiliation->employer, affiliation->site_on(day), day);
}

void add_relocation(std::set<std::string>& found, Deciding& deciding, const Person& person,
                    const Fact& fact) {
    const auto& payload = fact.as<schema::SiteRelocated>();
    const auto* affiliation = person.affiliation(Id::of(payload.affiliation()->id()));
    if (!affiliation || !affiliation->is_home()) return;
    for (const auto* site : {payload.from_site(), payload.to_site()}) {
        add_site(found, deciding, affiliation->employer, Id::of(*site), fact.from);
    }
}

void add_transfer(std::set<std::string>& found, Deciding& deciding, const Person& person,
                  const Fact& fact) {
    const auto* transfer = person.transfer(fact.home.id);
    if (!transfer) return;
    const auto day = transfer->effected_on.value_or(transfer->proposed);
    add_site(found, deciding, transfer->to_employer, transfer->to_site, day);
    for (const auto& affiliation : person.affiliations) {
        if (!affiliation.is_home() || affiliation.employer != transfer->from_employer) continue;
        add_site(found, deciding, affiliation.employer, affiliation.site_on(day - 1), day);
    }
}

}  // namespace

const schema::EventRef& target_of(const Draft& correction) {
    const auto* target = correction.type == Payload::EventCorrected
                             ? correction.as<schema::EventCorrected>().target()
                             : correction.as<schema::EventRetracted>().target();
    ENSURE(target != nullptr, "a correction names its target");
    return *target;
}

std::optional<VisibleFact> look_up(const Deciding& deciding, Position position) {
    std::optional<StreamId> home;
    const auto& history = deciding.standings.history();
    history.at(position, [&](const Fact& fact) { home = fact.home; });
    if (!home) return std::nullopt;
    const auto wanted = [&](const Fact& fact) {
        return fact.position == position || changes_others(fact.type);
    };
    for (auto& visible : visible_facts(std::span(&*home, 1), history, wanted)) {
        if (visible.fact.position == position) return visible;
    }
    return std::nullopt;
}

Id talent_of(const Fact& fact) {
    Id talent;
    fact.each_stream([&](const StreamId& stream) {
        if (talent.is_zero() && stream.kind == StreamKind::talent) talent = stream.id;
    });
    return talent;
}

std::set<std::string> prefectures_of(Deciding& deciding, const Person& person, const Fact& fact) {
    std::set<std::string> found;
    switch (fact.type) {
        case Payload::AffiliationStarted: {
            const auto& payload = fact.as<schema::AffiliationStarted>();
            if (payload.kind() != schema::AffiliationKind::FULL_TIME_HOME) break;
            add_site(found, deciding, Id::of(*payload.employer()), Id::of(*payload.site()),
                     fact.from);
            break;
        }
        case Payload::AffiliationEnded:
            add_affiliation(found, deciding, person,
                            fact.as<schema::AffiliationEnded>().affiliation(), fact.from - 1);
            break;
        case Payload::PostChanged:
            add_affiliation(found, deciding, person, fact.as<schema::PostChanged>().affiliation(),
                            fact.from);
            break;
        case Payload::SiteRelocated:
            add_relocation(found, deciding, person, fact);
            break;
        default:
            if (fact.home.kind == StreamKind::transfer) {
                add_transfer(found, deciding, person, fact);
            }
    }
    return found;
}

void fill_replacement(schema::EventCorrected& correction, const Fact& target) {
    auto* replacement = correction.mutable_replacement();
    if (!replacement) return;
    const auto copy = [](auto* to, const auto* from) {
        if (to && from) *to = *from;
    };
    switch (target.type) {
        case Payload::AffiliationEnded:
            return copy(static_cast<schema::AffiliationEnded*>(replacement)->mutable_employer(),
                        target.as<schema::AffiliationEnded>().employer());
        case Payload::PostChanged:
            return copy(static_cast<schema::PostChanged*>(replacement)->mutable_employer(),
                        target.as<schema::PostChanged>().employer());
        case Payload::SiteRelocated:
            return copy(static_cast<schema::SiteRelocated*>(replacement)->mutable_employer(),
                        target.as<schema::SiteRelocated>().employer());
        case Payload::SecondaryPostConsented:
            return copy(
                static_cast<schema::SecondaryPostConsented*>(replacement)->mutable_employer(),
                target.as<schema::SecondaryPostConsented>().employer());
        case Payload::EngagementProposed:
            return copy(
                static_cast<schema::EngagementProposed*>(replacement)->mutable_home_employer(),
                target.as<schema::EngagementProposed>().home_employer());
        case Payload::TransferEffected: {
            auto* effected = static_cast<schema::TransferEffected*>(replacement);
            const auto& before = target.as<schema::TransferEffected>();
            copy(effected->mutable_old_affiliation(), before.old_affiliation());
            return copy(effected->mutable_new_affiliation(), before.new_affiliation());
        }
        default:
            return;
    }
}

std::vector<Position> dependants_of(const Deciding& deciding, const Fact& target) {
    std::vector<Position> found;
    const bool opens_process = target.type == Payload::TransferRequested ||
                               target.type == Payload::EngagementProposed;
    deciding.standings.history().each(target.home, [&](const Fact& fact) {
        if (fact.position <= target.position || changes_others(fact.type)) return;
        bool rests = opens_process;
        const auto& table = *static_cast<const flatbuffers::Table*>(fact.payload);
        for (const auto& field : deciding.catalogue.find(fact.type)->table->fields) {
            if (rests || field.type != FieldType::event || field.list) continue;
            const auto* ref = table.GetStruct<const schema::EventRef*>(field.slot());
            rests = ref && Id::of(ref->id()) == target.event;
        }
        if (rests) found.push_back(fact.position);
    });
    return found;
}

}  // namespace events
