// What Standings keeps: the cache, and the scratch layer of the command at hand.
// Internal to events/rules.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "events/rules/overlay_history.h"
#include "events/rules/recent.h"
#include "events/rules/standings.h"

namespace events {

/// In the scratch layer: the standing with the command folded in, or nothing where it must be
/// folded again as a whole when somebody asks. People in the cache are folded in place instead.
template <class Key, class Value>
using Scratch = std::unordered_map<Key, std::optional<Value>, IdHash>;

/// What an opening event says of its process; nothing if the fact opens none.
std::optional<Process> process_opened_by(const Fact& fact);

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
    /// Whose standing in the cache has the command folded in already. Copying it first would cost
    /// every command more than folding it again costs the few that are refused this late.
    std::vector<Id> folded_in_place;
    Scratch<Id, Employer> employers_now;
    Scratch<StreamId, Process> processes_now;
    std::optional<ReferenceBook> reference_now;
    bool reference_stale = false;  ///< the command changes the past of the reference data
    std::optional<bool> first_load_now;
};

}  // namespace events
