// ActionApproved and ActionRejected: the second pair of eyes (settled.md 2.2).
#include <algorithm>

#include "events/rules/asked_again.h"
#include "events/rules/correction.h"

namespace events {
namespace {

using schema::Payload;

/// The command that a verdict is about.
struct Proposal {
    CommandId command;
    History::Block block;
    Id recorder;
    bool corrects = false;
    bool merges = false;
    std::vector<StreamId> streams;
    std::vector<Id> talents;  ///< whose timelines it may change
};

base::Result<Proposal> find_proposal(Deciding& deciding, const Id& command) {
    Proposal proposal;
    static_cast<Id&>(proposal.command) = command;
    const auto block = deciding.standings.history().find(proposal.command);
    if (!block || command == deciding.command.id) {
        return refusal("E_NO_COMMAND", "No such command has been recorded.");
    }
    proposal.block = *block;
    bool proposed = true;
    for (std::uint16_t i = 0; i < block->count; ++i) {
        deciding.standings.history().at({block->first.value + i}, [&](const Fact& fact) {
            proposed = proposed && fact.proposed;
            proposal.recorder = fact.actor;
            proposal.corrects |= is_correction(fact.type);
            proposal.merges |= fact.type == Payload::TalentRecordsMerged;
            const bool about_people = fact.home.kind != StreamKind::employer &&
                                      fact.home.kind != StreamKind::reference;
            fact.each_stream([&](const StreamId& stream) {
                proposal.streams.push_back(stream);
                if (stream.kind == StreamKind::talent && about_people) {
                    proposal.talents.push_back(stream.id);
                }
            });
        });
    }
    if (!proposed) return refusal("E_NOT_PROPOSED", "The command waits for no approval.");
    return proposal;
}

base::Result<void> check_undecided(const Deciding& deciding, const Proposal& proposal) {
    const auto first = look_up(deciding, proposal.block.first);
    ENSURE(first.has_value(), "a recorded command has a first event");
    if (!first->decided_by) return {};
    return refusal("E_ALREADY_DECIDED", "The command has been approved or rejected already.");
}

/// The verdict stands wherever the approved events do, so that each of these streams tells the
/// whole story by itself.
void join_streams(Deciding& deciding, std::size_t index, const Proposal& proposal) {
    for (const auto& stream : proposal.streams) {
        deciding.stand_in(index, stream);
        if (stream.kind != StreamKind::talent) continue;
        if (const auto* person = deciding.standings.person(stream.id)) {
            deciding.stand_in(index, {StreamKind::talent, person->id});
        }
    }
}

}  // namespace

base::Result<void> decide_verdict(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const bool approves = draft.type == Payload::ActionApproved;
    const auto* command = approves ? draft.as<schema::ActionApproved>().command()
                                   : draft.as<schema::ActionRejected>().command();
    const auto proposal = find_proposal(deciding, Id::of(*command));
    if (!proposal) return proposal.error();
    if (auto ok = check_undecided(deciding, *proposal); !ok) return ok;
    join_streams(deciding, index, *proposal);
    if (!approves) return {};
    if (proposal->recorder == deciding.command.actor.id) {
        return refusal("E_FOUR_EYES", "Nobody approves what he or she recorded.");
    }
    if (auto ok = ask_again(deciding, index, proposal->block); !ok) return ok;
    if (proposal->corrects) deciding.breaks_as = "E_CORRECTION_BREAKS";
    if (proposal->merges) deciding.breaks_as = "E_MERGE_CONFLICT";
    for (const auto& talent : proposal->talents) deciding.touch(talent);
    return {};
}

}  // namespace events
