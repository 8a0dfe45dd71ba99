// How an event is named in JSON: `12:<event id>`, `12`, `<command id>#<index>`, `#<index>`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/command.h"

namespace events {

using ReferenceTarget = std::variant<Reference::At, Reference::Of, Reference::Here>;

std::optional<ReferenceTarget> parse_reference(std::string_view text);
/// The one way to write it that stands for all.
std::string reference_text(const ReferenceTarget& target);

}  // namespace events
