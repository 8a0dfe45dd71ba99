// The event that a correction is about. Internal to events/rules.
#pragma once

#include "events/rules/deciding.h"
#include "events/rules/visible.h"

namespace events {

/// The target of an EventCorrected or EventRetracted draft.
const schema::EventRef& target_of(const Draft& correction);

/// The event at `position` with what became of it so far; nothing if there is none.
std::optional<VisibleFact> look_up(const Deciding& deciding, Position position);

/// The talent of an event; zero if it concerns none.
Id talent_of(const Fact& fact);

/// The prefectures of the home sites that `fact` is about, as `person` stands.
std::set<std::string> prefectures_of(Deciding& deciding, const Person& person, const Fact& fact);

/// Sets what the registrar fills in, in the replacement as it is in the target.
void fill_replacement(schema::EventCorrected& correction, const Fact& target);

/// Dates and replacement of an EventCorrected: allowed for the target's type, about the same
/// talent, naming a living employer and an open site; claims anew what the replacement claims.
base::Result<void> check_content(Deciding& deciding, std::size_t index, const VisibleFact& target);

/// Of a replacement that names an employer and a site: both live and are open on that day.
base::Result<void> check_sites(Deciding& deciding, const schema::EventCorrected& correction,
                               Date from);

/// Whether the proposed correction could still be recorded: its target is in force, and the
/// employer and site of its replacement are still there.
base::Result<void> recheck_correction(Deciding& deciding, std::size_t index);

/// Later events that rest on the target (INV-Q4).
std::vector<Position> dependants_of(const Deciding& deciding, const Fact& target);

}  // namespace events
