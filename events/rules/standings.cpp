#include "events/rules/standings.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "events/base/ensure.h"
#include "events/rules/overlay_history.h"
#include "events/rules/recent.h"

namespace events {
namespace {

using schema::Payload;

/// In the scratch layer: the standing with the command folded in, or nothing where it must be
/// folded again as a whole when somebody asks.
template <class Key, class Value>
using Scratch = std::unordered_map<Key, std::optional<Value>, IdHash>;

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

/// What an opening event says of its process; nothing if the fact opens none.
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

}  // namespace

struct Standings::State {
    State(const History& history, const Claims& claims_, const CodeLists& codes_, Limits limits_)
        : base(history), overlay(history), claims(claims_), codes(codes_), limits(limits_) {}

    const Person* record(const Id& talent);
    void fold_in(const Id& talent, const Fact& fact);
    void fold_in_employer(const Id& id, const Fact& fact);
    void fold_in_reference(const Fact& fact);
    void forget_approved(const Fact& approval);
    const ReferenceBook& book();

    const History& base;
    OverlayHistory overlay;
    const Claims& claims;
    const CodeLists& codes;
    const Limits limits;

    Recent<Id, Person> people;
    Recent<Id, Employer> employers;
    Recent<StreamId, Process> processes;
    std::optional<ReferenceBook> reference;
    std::optional<bool> first_load;

    Scratch<Id, Person> people_now;
    Scratch<Id, Employer> employers_now;
    Scratch<StreamId, Process> processes_now;
    std::optional<ReferenceBook> reference_now;
    bool reference_stale = false;  ///< the command changes the past of the reference data
    std::optional<bool> first_load_now;
};

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
    if (const auto* known = people.find(talent)) {
        events::apply(*people_now.emplace(talent, *known).first->second, fact);
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
    state.people_now.clear();
    state.employers_now.clear();
    state.processes_now.clear();
    state.reference_now.reset();
    state.reference_stale = false;
    state.first_load_now.reset();
}

}  // namespace events
