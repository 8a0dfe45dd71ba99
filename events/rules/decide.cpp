#include "events/rules/decide.h"

#include <set>

#include "events/rules/deciding.h"

namespace events {

base::Result<void> decide_family(Deciding& deciding, std::size_t index) {
    const auto number = static_cast<unsigned>(deciding.draft(index).type);
    if (number <= 25) return decide_talent(deciding, index);
    if (number <= 36) return decide_employer(deciding, index);
    if (number <= 44) return decide_affiliation(deciding, index);
    if (number <= 64) return decide_transfer(deciding, index);
    if (number <= 67) return decide_affiliation(deciding, index);
    if (number <= 85) return decide_engagement(deciding, index);
    if (number <= 185) return decide_reference(deciding, index);
    if (number <= 208) return decide_correction(deciding, index);
    return decide_ops(deciding, index);
}

void fold_in(Deciding& deciding, std::size_t index) {
    std::vector<StreamId> streams;
    for (const auto& stream : deciding.placement(index).streams) streams.push_back(stream.id);
    deciding.standings.apply(deciding.fact(index), streams);
}

namespace {

base::Error first_load_refusal(std::string what) {
    return refusal("E_FIRST_LOAD", std::move(what));
}

base::Result<void> check_command(const Deciding& deciding) {
    const auto& command = deciding.command;
    if (command.drafts.empty() || command.drafts.size() > command_events_max) {
        return base::Error{base::Fault::invalid, "E_TOO_MANY",
                           "A command holds 1 to 1,000 events."};
    }
    if (!command.first_load) return {};
    if (command.actor.role != Role::S && command.actor.role != Role::P) {
        return first_load_refusal("Only roles S and P may load.");
    }
    if (!deciding.standings.first_load_open()) return first_load_refusal("No first load is open.");
    return {};
}

void place_all(Deciding& deciding) {
    const auto& command = deciding.command;
    deciding.decision.placements.resize(command.drafts.size());
    for (std::size_t i = 0; i < command.drafts.size(); ++i) {
        auto& place = deciding.placement(i);
        place.position = {deciding.moment.next.value + i};
        place.command_index = static_cast<std::uint16_t>(i);
        place.command_size = static_cast<std::uint16_t>(command.drafts.size());
        place.event_id = event_id_of(deciding.moment.ledger, command.id, place.command_index);
        place.recorded_at = deciding.moment.recorded_at;
    }
}

base::Error pointing_at(base::Error error, const Deciding& deciding, std::size_t index) {
    if (deciding.command.drafts.size() > 1) {
        error.pointer = "/" + std::to_string(index) + error.pointer;
    }
    return error;
}

base::Result<void> decide_drafts(Deciding& deciding) {
    for (std::size_t i = 0; i < deciding.command.drafts.size(); ++i) {
        if (auto ok = prepare_draft(deciding, i); !ok) return pointing_at(ok.error(), deciding, i);
        if (auto ok = decide_family(deciding, i); !ok) return pointing_at(ok.error(), deciding, i);
        if (auto ok = complete_draft(deciding, i); !ok) return pointing_at(ok.error(), deciding, i);
        fold_in(deciding, i);
    }
    return {};
}

/// The verdict will have to stand in every stream of the command, and in the ledger's own.
base::Result<void> check_approvable(const Deciding& deciding) {
    std::set<StreamId> streams{{StreamKind::ops, deciding.moment.ledger}};
    for (const auto& place : deciding.decision.placements) {
        for (const auto& stream : place.streams) streams.insert(stream.id);
    }
    if (streams.size() <= event_streams_max) return {};
    return refusal("E_TOO_MANY_STREAMS", "A command to be approved concerns too much at once.");
}

/// So far the command was treated as if it were in force, so that hopeless ones are refused early.
/// What waits for approval holds nothing.
void propose(Deciding& deciding) {
    deciding.standings.drop();
    for (std::size_t i = 0; i < deciding.command.drafts.size(); ++i) {
        deciding.placement(i).proposed = true;
        fold_in(deciding, i);
    }
}

base::Result<void> decide_all(Deciding& deciding) {
    if (auto ok = check_command(deciding); !ok) return ok;
    place_all(deciding);
    if (auto ok = decide_drafts(deciding); !ok) return ok;
    if (auto ok = check_batches(deciding); !ok) return ok;
    if (auto ok = check_corrections(deciding); !ok) return ok;
    if (auto ok = check_timelines(deciding); !ok) return ok;
    if (!deciding.needs_approval) return {};
    if (auto ok = check_approvable(deciding); !ok) return ok;
    propose(deciding);
    return {};
}

}  // namespace

base::Result<Decision> decide(Standings& standings, const Catalogue& catalogue, Command& command,
                              const Moment& moment) {
    Decision decision;
    Deciding deciding{standings, catalogue, command, moment, decision, {}, false, {}, {}};
    auto done = decide_all(deciding);
    if (!done) {
        standings.drop();
        return done.error();
    }
    return decision;
}

}  // namespace events
