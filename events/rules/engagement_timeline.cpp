// What must hold of all engagements of a person on the whole effective timeline, whatever the
// order in which it was recorded (settled.md 2.3, 2.4).
#include <algorithm>
#include <array>

#include "events/rules/engagement_rules.h"
#include "events/rules/reference_book.h"
#include "events/rules/transfer.h"

namespace events {
namespace {

using schema::Payload;

/// Types that can change what an engagement holds or what it is measured against.
bool moves_load(Payload type) {
    switch (type) {
        case Payload::TalentRegistered:
        case Payload::TalentAmended:
        case Payload::TalentStatusChanged:
        case Payload::TalentRecordsMerged:
        case Payload::TalentRecordsSplit:
        case Payload::AffiliationStarted:
        case Payload::AffiliationEnded:
        case Payload::PostChanged:
        case Payload::SiteRelocated:
        case Payload::TransferEffected:
        case Payload::TransferReversed:
        case Payload::EngagementConsented:
        case Payload::EngagementActivated:
        case Payload::EngagementSuspended:
        case Payload::EngagementResumed:
        case Payload::EngagementRescheduled:
        case Payload::EngagementExtended:
        case Payload::EngagementCompleted:
        case Payload::EngagementTerminated:
        case Payload::EngagementConverted:
        case Payload::EventCorrected:
        case Payload::EventRetracted:
        case Payload::ActionApproved: return true;
        default: return false;
    }
}

/// INV-F8 has converted it by that day, or is about to.
bool is_converted_by(const Person& person, const EngagementCase& engagement, Date day) {
    const auto* transfer = converting_transfer(person, engagement);
    return transfer && *transfer->effected_on <= day;
}

std::string region_of(Standings& standings, const Id& employer, const Id& site) {
    const auto* found = standings.employer(employer);
    const auto* place = found ? found->site(site) : nullptr;
    return place ? place->region : std::string{};
}

/// INV-F1 while the person has a home at the host itself.
void find_same_site(const Person& person, const EngagementCase& engagement,
                    const Affiliation& home, Standings& standings, std::vector<Breach>& found) {
    const auto host_region = region_of(standings, engagement.host_employer, engagement.host_site);
    for (std::size_t i = 0; i < home.sites.size(); ++i) {
        const Period at_site{i == 0 ? home.period.from : home.sites[i].from,
                             i + 1 < home.sites.size() ? home.sites[i + 1].from : home.period.to};
        const bool same = home.sites[i].site == engagement.host_site ||
                          region_of(standings, home.employer, home.sites[i].site) == host_region;
        if (!same) continue;
        for (const auto& active : engagement.active_time()) {
            const auto part = active.intersect(at_site);
            if (part.empty() || is_converted_by(person, engagement, part.from)) continue;
            found.push_back({"E_SAME_SITE", part.from, 0,
                             "The person would help at the own site on " + part.from.text() +
                                 "."});
        }
    }
}

void find_same_sites(const Person& person, Standings& standings, std::vector<Breach>& found) {
    for (const auto& engagement : person.engagements)
        for (const auto& home : person.affiliations)
            if (!engagement.spans.empty() && home.is_home() &&
                home.employer == engagement.host_employer)
                find_same_site(person, engagement, home, standings, found);
}

std::vector<Breach> breaches_of(const Person& person, Standings& standings) {
    std::vector<Breach> found;
    const auto& reference = standings.reference();
    find_case_breaches(person, found);
    find_second_posts(person, reference, found);
    find_slot_clashes(person, reference, found);
    find_overloads(person, reference, found);
    find_same_sites(person, standings, found);
    return found;
}

bool has_engagements(const Person& person) {
    return std::any_of(person.engagements.begin(), person.engagements.end(),
                       [](const EngagementCase& one) { return !one.spans.empty(); });
}

/// The log without the command at hand.
class HistoryBefore : public History {
public:
    HistoryBefore(const History& whole, Position end) : whole_(whole), end_(end) {}

    void each(const StreamId& stream, const Visit& visit) const override {
        whole_.each(stream, [&](const Fact& fact) {
            if (fact.position < end_) visit(fact);
        });
    }
    bool at(Position position, const Visit& visit) const override {
        return position < end_ && whole_.at(position, visit);
    }
    std::optional<Block> find(const CommandId& command) const override {
        const auto block = whole_.find(command);
        return block && block->first < end_ ? block : std::nullopt;
    }

private:
    const History& whole_;
    const Position end_;
};

/// A later calendar or parameter may have broken the timeline without anybody's doing; that must
/// not stop a command that leaves it no worse.
bool was_there(const Breach& breach, const std::vector<Breach>& before) {
    return std::any_of(before.begin(), before.end(), [&](const Breach& old) {
        return old.code == breach.code && old.day == breach.day && breach.amount <= old.amount;
    });
}

}  // namespace

void find_second_posts(const Person& person, const ReferenceBook& reference,
                       std::vector<Breach>& found) {
    struct Stay { const EngagementCase* engagement; Period active; };
    std::vector<Stay> exclusive;
    std::vector<Stay> stations;
    for (const auto& engagement : person.engagements) {
        const auto* kind = engagement_kind(engagement.kind);
        if (!kind) continue;
        for (const auto& active : engagement.active_time()) {
            if (kind->exclusive()) exclusive.push_back({&engagement, active});
            if (kind->code == "STN") stations.push_back({&engagement, active});
        }
    }
    for (auto a = exclusive.begin(); a != exclusive.end(); ++a)
        for (auto b = a + 1; b != exclusive.end(); ++b)
            if (a->active.overlaps(b->active))
                found.push_back({"E_SECOND_SECONDMENT", std::max(a->active.from, b->active.from),
                                 0, "Secondment, leave and training exclude each other."});
    for (const auto& entered : stations) {
        const auto day = entered.active.from;
        const bool academician =
            std::any_of(person.honours.begin(), person.honours.end(), [&](const HonourHeld& held) {
                return (held.code == "CAS" || held.code == "CAE") && held.since <= day;
            });
        if (!academician) continue;
        const bool retired = person.status_on(day) == schema::TalentStatus::RETIRED;
        const auto cap =
            reference.parameter(retired ? "stations_retired_max" : "stations_active_max", day);
        const auto count = std::count_if(stations.begin(), stations.end(), [&](const Stay& stay) {
            return stay.active.contains(day);
        });
        if (count > cap)
            found.push_back({"E_STATION_CAP", day, count - cap,
                             "An academician may be at " + std::to_string(cap) +
                                 " station(s) at a time."});
    }
}

void find_case_breaches(const Person& person, std::vector<Breach>& found) {
    for (const auto& engagement : person.engagements) {
        const auto* kind = engagement_kind(engagement.kind);
        if (!kind || engagement.spans.empty()) continue;
        const auto& period = engagement.period;
        if (period.to > kind->latest_end(period.from, engagement.extensions))
            found.push_back({"E_TERM", period.from, period.to - period.from,
                             "The engagement is longer than its kind allows."});
        for (const auto& span : engagement.schedules)
            if (span.schedule.load > kind->max_load)
                found.push_back({"E_LOAD", span.from, span.schedule.load,
                                 "The load is higher than the kind allows."});
        for (auto record = engagement.services.begin(); record != engagement.services.end();
             ++record) {
            const Period month{record->month, record->month.first_of_next_month()};
            std::int64_t days = 0;
            for (const auto& active : engagement.active_time())
                if (const auto part = active.intersect(month); !part.empty())
                    days += part.to - part.from;
            if (days == 0 || record->worked.total() > 1000 * days)
                found.push_back({"E_SERVICE_RANGE", record->month, record->worked.total(),
                                 "Service recorded for " + record->month.text().substr(0, 7) +
                                     " would lie outside active time."});
            const bool twice = std::any_of(
                engagement.services.begin(), record,
                [&](const ServiceRecord& other) { return other.month == record->month; });
            if (twice)
                found.push_back({"E_SERVICE_TWICE", record->month, 0,
                                 "The month would be recorded twice."});
        }
    }
}

base::Result<void> check_engagement_timeline(const Person& person, Deciding& deciding) {
    const auto& drafts = deciding.command.drafts;
    if (std::none_of(drafts.begin(), drafts.end(),
                     [](const Draft& draft) { return moves_load(draft.type); }))
        return {};
    if (auto ok = check_transfer_timeline(person); !ok) return ok;
    if (!has_engagements(person)) return {};
    const Person after = person;  // looking up employers may move the standing
    const auto found = breaches_of(after, deciding.standings);
    if (found.empty()) return {};
    const HistoryBefore history(deciding.standings.history(), deciding.moment.next);
    const auto before = breaches_of(fold_person(after.id, history), deciding.standings);
    for (const auto& breach : found)
        if (!was_there(breach, before)) return refusal(breach.code, breach.what);
    return {};
}

}  // namespace events
