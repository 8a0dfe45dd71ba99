// The part of Standings that takes in facts: the command at hand, kept or dropped in the end.
#include <utility>

#include "events/base/ensure.h"
#include "events/rules/standings_state.h"

namespace events {
namespace {

using schema::Payload;

bool is_employer_fact(Payload type) {
    return type >= Payload::EmployerRegistered && type <= Payload::EmployerDissolved;
}

bool is_reference_fact(Payload type) {
    return type >= Payload::DivisionChanged && type <= Payload::ParameterSet;
}

template <class Opening>
void note_opening(Process& process, const Fact& fact, const Opening& opening) {
    process.stream = fact.home;
    process.opened = {fact.position, fact.event};
    process.talent = Id::of(*opening.talent());
}

}  // namespace

std::optional<Process> process_opened_by(const Fact& fact) {
    Process process;
    if (fact.type == Payload::TransferRequested) {
        const auto& opening = fact.as<schema::TransferRequested>();
        note_opening(process, fact, opening);
        process.employers = {Id::of(*opening.from_employer()), Id::of(*opening.to_employer())};
        return process;
    }
    if (fact.type == Payload::EngagementProposed) {
        const auto& opening = fact.as<schema::EngagementProposed>();
        note_opening(process, fact, opening);
        process.employers = {Id::of(*opening.host_employer())};
        const auto* home = opening.home_employer();
        if (home && !Id::of(*home).is_zero()) process.employers.push_back(Id::of(*home));
        return process;
    }
    return std::nullopt;
}

void Standings::State::fold_in(const Id& talent, const Fact& fact) {
    if (needs_refold(fact)) {
        people_now[talent].reset();
        return;
    }
    const auto now = people_now.find(talent);
    if (now != people_now.end()) {
        if (now->second) events::apply(*now->second, fact);
        return;
    }
    if (auto* known = people.find(talent)) {
        folded_in_place.push_back(talent);
        events::apply(*known, fact);
        return;
    }
    auto& fresh = people_now[talent];
    const bool opens = fact.type == Payload::TalentRegistered && fact.home.id == talent;
    if (!opens) return;  // not in memory: folded with this fact when somebody asks
    fresh.emplace();
    fresh->id = talent;
    events::apply(*fresh, fact);
}

void Standings::State::fold_in_employer(const Id& id, const Fact& fact) {
    if (needs_refold(fact)) {
        employers_now[id].reset();
        return;
    }
    if (fact.proposed || fact.home.id != id) return;
    auto now = employers_now.find(id);
    if (now == employers_now.end()) {
        const auto* known = employers.find(id);
        now = employers_now.emplace(id, std::nullopt).first;
        if (known) now->second = *known;
        else if (fact.type != Payload::EmployerRegistered) return;
        else now->second.emplace().id = id;
    }
    if (now->second) events::apply(*now->second, fact);
}

void Standings::State::fold_in_reference(const Fact& fact) {
    if (needs_refold(fact)) {
        reference_stale = true;
        reference_now.reset();
        return;
    }
    if (fact.proposed || reference_stale) return;
    if (!reference_now) {
        if (!reference) reference = fold_reference(base, codes);
        reference_now = *reference;
    }
    reference_now->apply(fact);
}

/// An approval concerns an employer's or the reference's own standing only if the approved
/// command holds events about them.
void Standings::State::forget_approved(const Fact& approval) {
    CommandId command;
    static_cast<Id&>(command) = Id::of(*approval.as<schema::ActionApproved>().command());
    const auto block = overlay.find(command);
    if (!block) return;
    for (std::uint16_t i = 0; i < block->count; ++i) {
        overlay.at({block->first.value + i}, [&](const Fact& fact) {
            if (fact.home.kind == StreamKind::employer) employers_now[fact.home.id].reset();
            if (fact.home.kind == StreamKind::reference) fold_in_reference(approval);
        });
    }
}

void Standings::apply(const Fact& fact, const std::vector<StreamId>& streams) {
    auto& state = *state_;
    ENSURE(!streams.empty(), "every event stands in at least its home stream");
    state.overlay.push(fact, streams);
    const bool of_employer =
        is_employer_fact(fact.type) || fact.home.kind == StreamKind::employer;
    for (const auto& stream : streams) {
        if (stream.kind == StreamKind::talent) state.fold_in(stream.id, fact);
        if (stream.kind == StreamKind::employer && of_employer) {
            state.fold_in_employer(stream.id, fact);
        }
    }
    if (is_reference_fact(fact.type) || fact.home.kind == StreamKind::reference) {
        state.fold_in_reference(fact);
    }
    if (fact.type == Payload::ActionApproved) state.forget_approved(fact);
    if (fact.type == Payload::FirstLoadOpened) state.first_load_now = true;
    if (fact.type == Payload::FirstLoadClosed) state.first_load_now = false;
    if (auto process = process_opened_by(fact)) {
        state.processes_now.insert_or_assign(fact.home, std::move(*process));
    }
}

void Standings::keep() {
    auto& state = *state_;
    state.folded_in_place.clear();
    for (auto& [id, person] : state.people_now) {
        if (person) state.people.put(id, std::move(*person));
        else state.people.erase(id);
    }
    for (auto& [id, employer] : state.employers_now) {
        if (employer && employer->registered) state.employers.put(id, std::move(*employer));
        else state.employers.erase(id);
    }
    for (auto& [stream, process] : state.processes_now) {
        state.processes.put(stream, std::move(*process));
    }
    if (state.reference_stale) (void)state.book();
    if (state.reference_now) state.reference = std::move(state.reference_now);
    if (state.first_load_now) state.first_load = state.first_load_now;
    drop();
    state.people.trim(state.limits.people_max);
    state.employers.trim(state.limits.people_max);
    state.processes.trim(state.limits.people_max);
}

void Standings::drop() {
    auto& state = *state_;
    state.overlay.clear();
    for (const auto& talent : state.folded_in_place) state.people.erase(talent);
    state.folded_in_place.clear();
    state.people_now.clear();
    state.employers_now.clear();
    state.processes_now.clear();
    state.reference_now.reset();
    state.reference_stale = false;
    state.first_load_now.reset();
}

}  // namespace events
