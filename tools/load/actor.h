// Who asks, from the text of --actor and back.
#pragma once

#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/command.h"

namespace tools {

/// `id=<hex>; role=P; region=510000; organisation=<hex>`. Fails with `invalid` E_BAD_ACTOR.
base::Result<events::Actor> parse_actor(std::string_view text);
std::string actor_text(const events::Actor& actor);

}  // namespace tools
