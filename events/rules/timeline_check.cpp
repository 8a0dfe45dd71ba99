// INV-Q2: what a command makes of the timelines of everyone it touches.
#include <algorithm>

#include "events/rules/breaches.h"
#include "events/rules/deciding.h"

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

bool has_started_engagements(const Person& person) {
    return std::any_of(person.engagements.begin(), person.engagements.end(),
                       [](const EngagementCase& one) { return !one.spans.empty(); });
}

Surroundings around(Deciding& deciding) {
    return {deciding.standings.reference(),
            [&deciding](const Id& id) { return deciding.standings.employer(id); }};
}

/// `loads`: the command can move what engagements hold.
Breaches breaches_of(const Person& person, bool loads, Deciding& deciding) {
    Breaches found;
    find_affiliation_breaches(person, deciding.standings.reference(), found);
    if (!loads) return found;
    find_transfer_breaches(person, found);
    if (!has_started_engagements(person)) return found;
    const Person copy = person;  // looking up employers may move the standing
    find_engagement_breaches(copy, around(deciding), found);
    return found;
}

/// What the log before the command shows of everyone whose facts may be in the person's timeline.
Breaches breaches_before(const Person& person, bool loads, Deciding& deciding) {
    std::vector<Id> ids{person.id};
    ids.insert(ids.end(), person.absorbed.begin(), person.absorbed.end());
    for (const auto& talent : deciding.touched_people) {
        if (std::find(ids.begin(), ids.end(), talent) == ids.end()) ids.push_back(talent);
    }
    const HistoryBefore history(deciding.standings.history(), deciding.moment.next);
    Breaches before;
    for (const auto& id : ids) {
        auto found = breaches_of(fold_person(id, history), loads, deciding);
        std::move(found.begin(), found.end(), std::back_inserter(before));
    }
    return before;
}

/// A later calendar, a closed site or a correction of reference data may have broken the timeline
/// without anybody's doing; that must not stop a command that leaves it no worse.
bool was_there(const Breach& breach, const Breaches& before) {
    return std::any_of(before.begin(), before.end(), [&](const Breach& old) {
        return breach.same_matter(old) && breach.amount <= old.amount;
    });
}

base::Error broken(const Breach& breach, const Deciding& deciding) {
    if (deciding.breaks_as.empty()) return refusal(breach.code, breach.what);
    return refusal(deciding.breaks_as, breach.code + ": " + breach.what);
}

}  // namespace

base::Result<void> check_timelines(Deciding& deciding) {
    const auto& drafts = deciding.command.drafts;
    const bool loads = std::any_of(drafts.begin(), drafts.end(),
                                   [](const Draft& draft) { return moves_load(draft.type); });
    for (const auto& talent : deciding.touched_people) {
        const auto* person = deciding.standings.person(talent);
        if (!person) continue;
        const auto found = breaches_of(*person, loads, deciding);
        if (found.empty()) continue;
        const Person after = *deciding.standings.person(talent);
        const auto before = breaches_before(after, loads, deciding);
        for (const auto& breach : found) {
            if (!was_there(breach, before)) return broken(breach, deciding);
        }
    }
    return {};
}

}  // namespace events
