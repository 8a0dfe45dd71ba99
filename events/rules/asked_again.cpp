#include "events/rules/asked_again.h"

#include "events/rules/correction.h"
#include "events/rules/person.h"

namespace events {
namespace {

using schema::Payload;

/// The stored payload as a buffer of its own: the event's bytes with another root.
std::vector<std::uint8_t> payload_of(const Fact& fact) {
    ENSURE(fact.stored && !fact.bytes.empty(), "what waits for approval has been recorded");
    std::vector<std::uint8_t> bytes(fact.bytes.begin(), fact.bytes.end());
    const auto root = static_cast<const char*>(fact.payload) - fact.bytes.data();
    flatbuffers::WriteScalar(bytes.data(), static_cast<flatbuffers::uoffset_t>(root));
    return bytes;
}

/// The draft that the event was recorded from, as far as rules look at it. Of what is sealed only
/// that it was given is known.
Draft draft_of(const Fact& fact) {
    Draft draft;
    draft.type = fact.type;
    draft.home = fact.home.id;
    draft.from = fact.from;
    if (fact.to != forever) draft.to = fact.to;
    draft.legal_basis = fact.stored->legal_basis();
    if (const auto* evidence = fact.stored->evidence()) draft.evidence.resize(evidence->size());
    if (fact.stored->sealed()) draft.personal.emplace_back();
    draft.payload = payload_of(fact);
    if (is_correction(fact.type)) {
        draft.references.push_back(
            {"target", 0, Reference::At{{target_of(draft).position()}, std::nullopt}});
    }
    return draft;
}

/// Positions are new ones, so that the events as proposed and as effective stay apart.
Placement placement_of(const Fact& fact, Position position) {
    Placement place;
    place.position = position;
    place.event_id = fact.event;
    place.recorded_at = fact.recorded_at;
    place.command_index = fact.command_index;
    place.command_size = fact.command_size;
    place.from = fact.from;
    if (fact.to != forever) place.to = fact.to;
    fact.each_stream([&](const StreamId& stream) { place.streams.push_back({stream, {}}); });
    return place;
}

base::Result<void> ask_one(Deciding& again, std::size_t index) {
    const auto type = again.draft(index).type;
    if (is_correction(type)) return recheck_correction(again, index);
    if (type == Payload::TalentRegistered) return {};
    if (type == Payload::IdentityDocumentReplaced) {
        const auto person = again.person(index, again.home(index).id);
        return person ? base::Result<void>() : person.error();
    }
    return decide_family(again, index);
}

base::Result<void> ask_all(Deciding& again) {
    for (std::size_t i = 0; i < again.command.drafts.size(); ++i) {
        if (auto ok = ask_one(again, i); !ok) return ok;
        if (!needs_refold(again.fact(i))) fold_in(again, i);
    }
    return {};
}

}  // namespace

base::Result<void> ask_again(Deciding& deciding, std::size_t index, const History::Block& block) {
    Command command;
    Decision decision;
    Moment moment = deciding.moment;
    moment.next.value += deciding.command.drafts.size();
    for (std::uint16_t i = 0; i < block.count; ++i) {
        deciding.standings.history().at({block.first.value + i}, [&](const Fact& fact) {
            static_cast<Id&>(command.id) = fact.command;
            command.actor.id = fact.actor;
            command.actor.role = fact.role;
            command.drafts.push_back(draft_of(fact));
            decision.placements.push_back(placement_of(fact, {moment.next.value + i}));
        });
    }
    Deciding again{deciding.standings, deciding.catalogue, command, moment, decision,
                   {},                 false,              {},      {}};
    const auto asked = ask_all(again);
    deciding.standings.drop();
    for (std::size_t earlier = 0; earlier < index; ++earlier) fold_in(deciding, earlier);
    for (const auto& warning : decision.warnings) deciding.warn(index, warning.code, warning.what);
    return asked;
}

}  // namespace events
