// Places in the log as people write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "events/base/result.h"
#include "tools/cli/session.h"

namespace tools {

/// `1200`, `seq:1200`, `begin`, `end`, or a moment (tools/cli/moment.h): then the first event
/// recorded at or after it, found by asking for some twenty events.
/// Fails with `invalid` E_BAD_POSITION, or as the source does.
base::Result<std::uint64_t> position_of(const Session& session, Source& source,
                                        std::string_view text);

}  // namespace tools
