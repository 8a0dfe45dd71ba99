// The command at hand, as the rules of one family see it. Internal to events/rules.
//
// How a command is decided (decide.cpp):
//   for each draft, in order:
//     role check · references resolved · effective dates defaulted and checked (INV-T6, X6)
//     decide_<family>(deciding, index)   preconditions, fills, streams and subject of the placement
//     standings.apply(fact, streams)     so that later drafts see its effect
//   check_timelines(deciding)            invariants of the effective timeline of everyone touched
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/base/result.h"
#include "events/rules/decide.h"

namespace events {

/// A refusal by a rule: fault `refused`, stable code, one sentence without personal data.
base::Error refusal(std::string_view code, std::string what);

struct Deciding {
    Standings& standings;
    const Catalogue& catalogue;
    Command& command;
    const Moment& moment;
    Decision& decision;
    std::vector<Id> touched_people;  ///< their timelines are checked at the end
    bool needs_approval = false;     ///< the whole command is recorded as proposed
    /// Code under which a broken timeline is refused (E_CORRECTION_BREAKS, E_MERGE_CONFLICT);
    /// empty: the rule's own code.
    std::string_view breaks_as;
    /// Prefectures of the home sites that corrections touch, before and after, by person.
    std::map<Id, std::set<std::string>> corrected_in;

    Draft& draft(std::size_t index) { return command.drafts[index]; }
    Placement& placement(std::size_t index) { return decision.placements[index]; }
    /// The draft as a fact, with the placement decided so far.
    Fact fact(std::size_t index) const;
    StreamId home(std::size_t index) const;

    /// Adds the stream to the placement unless it is there already (home stream first).
    void stand_in(std::size_t index, StreamId stream);
    void touch(const Id& talent);
    /// Whether an earlier draft of the command opened the stream.
    bool opened_here(std::size_t index, const StreamId& stream) const;
    void warn(std::size_t index, std::string_view code, std::string what);
    std::int64_t parameter(std::string_view name) const;

    /// The person a command names: resolved through merges (the placement then gets `named_as` and
    /// the survivor's stream). Fails with E_NO_TALENT, E_CLOSED_PERSON where `must_live`.
    base::Result<const Person*> person(std::size_t index, const Id& named, bool must_live = true);
    base::Result<const Employer*> living_employer(const Id& id, Date on);
    /// A site of that employer open on that day; E_NO_SITE otherwise.
    base::Result<const Site*> open_site(const Employer& employer, const Id& site, Date on);
};

// -- families: preconditions, fills and streams of one draft ------------------------------------
base::Result<void> decide_talent(Deciding& deciding, std::size_t index);       // types 1..25
base::Result<void> decide_employer(Deciding& deciding, std::size_t index);     // 30..36
base::Result<void> decide_affiliation(Deciding& deciding, std::size_t index);  // 40..44, 65..67
base::Result<void> decide_transfer(Deciding& deciding, std::size_t index);     // 50..64
base::Result<void> decide_engagement(Deciding& deciding, std::size_t index);   // 70..85
base::Result<void> decide_reference(Deciding& deciding, std::size_t index);    // 180..185
base::Result<void> decide_correction(Deciding& deciding, std::size_t index);   // 205..208
base::Result<void> decide_ops(Deciding& deciding, std::size_t index);          // 210..214
base::Result<void> decide_verdict(Deciding& deciding, std::size_t index);      // 207, 208
/// A unified social credit code that no living employer but `owner` holds (INV-E1).
base::Result<void> claim_uscc(Deciding& deciding, const std::string& code, const Id& owner);

/// The family's rules for one draft.
base::Result<void> decide_family(Deciding& deciding, std::size_t index);
/// Folds a decided draft into the standings' scratch layer.
void fold_in(Deciding& deciding, std::size_t index);

// -- what all families have in common (before, and after, the family's own rules) --------------
/// Role, references, effective dates, home stream.
base::Result<void> prepare_draft(Deciding& deciding, std::size_t index);
/// Streams named in the payload or by the process, expected revision (INV-G1), sealing subject.
base::Result<void> complete_draft(Deciding& deciding, std::size_t index);
/// INV-X5: endings and starts that only make sense with what caused them.
base::Result<void> check_batches(Deciding& deciding);
/// Corrections of events born in one batch; whether the corrections need an approval.
base::Result<void> check_corrections(Deciding& deciding);

// -- folds of one family into a person ----------------------------------------------------------
void apply_talent(Person& person, const Fact& fact);
void apply_affiliation(Person& person, const Fact& fact);
void apply_transfer(Person& person, const Fact& fact);
void apply_engagement(Person& person, const Fact& fact);

/// The state rules (events/rules/breaches.h) on the whole effective timeline of everyone the
/// command touches (INV-Q2); refused is only what the command newly breaks, or breaks further.
base::Result<void> check_timelines(Deciding& deciding);

}  // namespace events
