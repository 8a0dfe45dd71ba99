// A step of a transfer or an engagement, as far as both families are alike: who is concerned, and
// which other drafts of the command belong to it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "events/rules/deciding.h"

namespace events {

/// The person of a process that is open already, through merges; its timelines will be checked.
/// Fails with E_NO_STREAM, and E_CLOSED_PERSON where `must_live`.
base::Result<const Person*> process_person(Deciding& deciding, std::size_t index, bool must_live);

/// The first day on which the draft holds.
Date start_of(const Deciding& deciding, std::size_t index);

/// The other drafts of a type in this command, in order.
std::vector<std::size_t> drafts_of(const Deciding& deciding, schema::Payload type);

/// Where the event lies that a reference of the draft names, whether it was resolved already or
/// not; nothing if it names none.
std::optional<Position> named_position(const Deciding& deciding, std::size_t index,
                                       std::string_view path);

/// An actor of the wrong role for this very step.
base::Error wrong_role(std::string what);

}  // namespace events
