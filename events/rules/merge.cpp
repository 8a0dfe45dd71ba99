// Two records of one person become one, and apart again (INV-T7).
#include <algorithm>
#include <set>

#include "events/rules/identity.h"
#include "events/rules/visible.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;

base::Error conflict(std::string what) { return refusal("E_MERGE_CONFLICT", std::move(what)); }

std::set<Id> ids_of(const flatbuffers::Vector<const schema::Id*>& stored) {
    std::set<Id> ids;
    for (const auto* id : stored) ids.insert(Id::of(*id));
    return ids;
}

/// Changes of records say nothing that could belong to one of them alone.
bool belongs_to_one(Payload type) {
    switch (type) {
        case Payload::TalentRecordsMerged:
        case Payload::TalentRecordsSplit:
        case Payload::DuplicateSuspected:
        case Payload::DuplicateDismissed:
        case Payload::EventCorrected:
        case Payload::EventRetracted:
        case Payload::ActionApproved:
        case Payload::ActionRejected:
            return false;
        default:
            return true;
    }
}

/// The merge that a split undoes, as the survivor's stream knows it.
struct Undone {
    std::set<Id> absorbed;
    Position since;  ///< from which it counted
};

base::Result<Undone> find_merge(const std::vector<VisibleFact>& facts, const Id& survivor,
                                const schema::EventRef& merge) {
    for (const auto& visible : facts) {
        if (visible.fact.position.value != merge.position()) continue;
        const bool usable = visible.fact.type == Payload::TalentRecordsMerged &&
                            visible.standing == Standing::in_force &&
                            visible.fact.home.id == survivor;
        if (!usable) break;
        const auto& payload = visible.fact.as<schema::TalentRecordsMerged>();
        return Undone{ids_of(*payload.absorbed()), visible.counts_from};
    }
    return refusal("E_NO_MERGE", "That is no merge in force of this talent.");
}

/// Every later event of the survivor is assigned explicitly.
base::Result<void> check_allocations(const schema::TalentRecordsSplit& split,
                                     const std::vector<VisibleFact>& facts, const Undone& undone,
                                     std::set<Id> owners) {
    std::set<std::uint64_t> later;
    for (const auto& visible : facts) {
        const bool counts = visible.fact.position > undone.since &&
                            visible.standing != Standing::rejected &&
                            belongs_to_one(visible.fact.type);
        if (counts) later.insert(visible.fact.position.value);
    }
    if (split.allocations()) {
        for (const auto* allocation : *split.allocations()) {
            if (later.erase(allocation->event()->position()) == 0) {
                return refusal("E_ALLOCATION", "An allocation names no event after the merge.");
            }
            if (!owners.contains(Id::of(*allocation->talent()))) {
                return refusal("E_ALLOCATION", "An event is given to somebody not in the split.");
            }
        }
    }
    if (later.empty()) return {};
    return refusal("E_ALLOCATION", "The event at position " + std::to_string(*later.begin()) +
                                       " is given to nobody.");
}

}  // namespace

base::Result<void> decide_merge(Deciding& deciding, std::size_t index) {
    const auto survivor = deciding.person(index, deciding.home(index).id);
    if (!survivor) return survivor.error();
    const Id own = (*survivor)->id;
    int open_transfers = 0;
    const auto look_at = [&](const Person& person) -> base::Result<void> {
        if (person.closed()) return conflict("Only records of the living are merged.");
        for (const auto& transfer : person.transfers) open_transfers += transfer.is_open() ? 1 : 0;
        return {};
    };
    if (auto ok = look_at(**survivor); !ok) return ok;
    const auto absorbed =
        ids_of(*deciding.draft(index).as<schema::TalentRecordsMerged>().absorbed());
    for (const auto& id : absorbed) {
        if (id == own) return conflict("A record cannot absorb itself.");
        const auto* person = deciding.standings.person(id);
        if (!person) {
            return unless_waiting(
                deciding, StreamId{StreamKind::talent, id},
                refusal("E_NO_TALENT", "A record to be absorbed does not exist."));
        }
        if (person->id != id) return conflict("A record to be absorbed is no longer on its own.");
        if (auto ok = look_at(*person); !ok) return ok;
    }
    if (open_transfers > 1) return conflict("More than one transfer would be open.");
    deciding.breaks_as = "E_MERGE_CONFLICT";
    deciding.touch(own);
    return {};
}

base::Result<void> decide_split(Deciding& deciding, std::size_t index) {
    const auto survivor = deciding.person(index, deciding.home(index).id, false);
    if (!survivor) return survivor.error();
    const Id own = (*survivor)->id;
    const auto& split = deciding.draft(index).as<schema::TalentRecordsSplit>();
    const StreamId stream{StreamKind::talent, own};
    const auto facts = visible_facts(std::span(&stream, 1), deciding.standings.history());
    const auto undone = find_merge(facts, own, *split.merge());
    if (!undone) return unless_waiting(deciding, {split.merge()->position()}, undone.error());
    const auto restored = ids_of(*split.restored());
    const auto still_absorbed = std::set<Id>((*survivor)->absorbed.begin(),
                                             (*survivor)->absorbed.end());
    for (const auto& id : restored) {
        if (!undone->absorbed.contains(id) || !still_absorbed.contains(id)) {
            return refusal("E_NO_MERGE", "A record to be restored was not absorbed by this merge.");
        }
    }
    auto owners = restored;
    owners.insert(own);
    if (auto ok = check_allocations(split, facts, *undone, std::move(owners)); !ok) return ok;
    deciding.touch(own);
    for (const auto& id : restored) deciding.touch(id);
    return {};
}

}  // namespace events
