// The part of Standings that answers questions.
#include <unordered_set>
#include <utility>

#include "events/rules/standings_state.h"

namespace events {

using schema::Payload;

Standings::Standings(const History& history, const Claims& claims, const CodeLists& codes,
                     Limits limits)
    : state_(std::make_unique<State>(history, claims, codes, limits)) {}
Standings::Standings(const History& history, const Claims& claims, const CodeLists& codes)
    : Standings(history, claims, codes, Limits{}) {}
Standings::~Standings() = default;

/// The record of exactly this id; null if no event stands in its stream.
const Person* Standings::State::record(const Id& talent) {
    const auto now = people_now.find(talent);
    if (now != people_now.end()) {
        if (!now->second) now->second = fold_person(talent, overlay);
        return &*now->second;
    }
    if (const auto* known = people.find(talent)) return known;
    auto folded = fold_person(talent, base);
    if (folded.events == 0) return nullptr;
    return people.put(talent, std::move(folded));
}

const Person* Standings::person(const Id& talent) {
    const auto* found = state_->record(talent);
    while (found && found->absorbed_into) found = state_->record(*found->absorbed_into);
    return found && found->registered ? found : nullptr;
}

const Employer* Standings::employer(const Id& id) {
    auto& state = *state_;
    const auto now = state.employers_now.find(id);
    if (now != state.employers_now.end()) {
        if (!now->second) now->second = fold_employer(id, state.overlay);
        return now->second->registered ? &*now->second : nullptr;
    }
    if (const auto* known = state.employers.find(id)) return known->registered ? known : nullptr;
    auto folded = fold_employer(id, state.base);
    if (!folded.registered) return nullptr;
    return state.employers.put(id, std::move(folded));
}

const Process* Standings::process(const StreamId& stream) {
    auto& state = *state_;
    const auto now = state.processes_now.find(stream);
    if (now != state.processes_now.end()) return &*now->second;
    auto* found = state.processes.find(stream);
    if (!found) {
        std::optional<Process> opened;
        state.overlay.each(stream, [&](const Fact& fact) {
            if (!opened && fact.home == stream) opened = process_opened_by(fact);
        });
        if (!opened) return nullptr;
        found = state.processes.put(stream, std::move(*opened));
    }
    // A split may have given the process to another record.
    const auto* holder = state.record(found->talent);
    if (!holder || holder->handed_over.empty()) return found;
    for (const auto& handed : holder->handed_over) {
        if (handed.position != found->opened.position) continue;
        Process moved = *found;
        moved.talent = handed.to;
        return &*state.processes_now.insert_or_assign(stream, std::move(moved)).first->second;
    }
    return found;
}

const ReferenceBook& Standings::State::book() {
    if (reference_now) return *reference_now;
    if (!reference) reference = fold_reference(base, codes);
    if (!reference_stale) return *reference;
    reference_now = fold_reference(overlay, codes);
    reference_now->supersede(*reference);
    return *reference_now;
}

const ReferenceBook& Standings::reference() { return state_->book(); }

bool Standings::exists(const StreamId& stream) {
    auto& state = *state_;
    if (state.overlay.has(stream)) return true;
    if (stream.kind == StreamKind::talent && state.people.find(stream.id)) return true;
    if (stream.kind == StreamKind::employer && state.employers.find(stream.id)) return true;
    if (state.processes.find(stream)) return true;
    bool found = false;
    state.base.each(stream, [&](const Fact&) { found = true; });
    return found;
}

bool Standings::first_load_open() {
    auto& state = *state_;
    if (state.first_load_now) return *state.first_load_now;
    if (!state.first_load) {
        StreamId ops;
        state.base.at(Position{0}, [&](const Fact& fact) { ops = fact.home; });
        bool open = false;
        state.base.each(ops, [&](const Fact& fact) {
            if (fact.type == Payload::FirstLoadOpened) open = true;
            if (fact.type == Payload::FirstLoadClosed) open = false;
        });
        state.first_load = open;
    }
    return *state.first_load;
}

std::vector<Id> Standings::people_of(const Id& employer) {
    std::vector<Id> people;
    std::unordered_set<Id, IdHash> seen;
    state_->overlay.each({StreamKind::employer, employer}, [&](const Fact& fact) {
        fact.each_stream([&](const StreamId& stream) {
            if (stream.kind == StreamKind::talent && seen.insert(stream.id).second) {
                people.push_back(stream.id);
            }
        });
    });
    return people;
}

std::vector<Id> Standings::holders(Claim::Kind kind, const std::string& key) const {
    return state_->claims.holders(kind, key);
}

const History& Standings::history() const { return state_->overlay; }
const CodeLists& Standings::codes() const { return state_->codes; }

}  // namespace events
