// What a running server says of its views, held against a replay.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "events/base/result.h"
#include "projections/replay.h"
#include "projections/view_digests.h"
#include "tools/audit/replay.h"
#include "tools/client/server.h"

namespace tools {

/// Digests as the server tells them: sums that it keeps along the way, and with `at` what it reads
/// again from everything it has stored.
/// Errors: those of Server; `conflict` E_VIEWS_VERSION.
base::Result<projections::ViewDigests> told_by(Server& server, std::optional<std::uint64_t> at);

/// Both answers of a server for one position.
struct Told {
    projections::ViewDigests sums, entries;

    /// Entries may lack what says only what holds now, if more was folded in meanwhile.
    static base::Result<Told> ask(Server& server);
};

/// A view differs if either answer does. REQUIRES: replayed to the size that was told.
ViewsDiff diff(const Told& told, projections::ViewDigests replayed);

/// Smallest number of events of which the server's entries give other digests than the replay's,
/// by halving; nothing if they never do. `on` is told between which two it lies, and false stops
/// with `cancelled`.
using Halving = std::function<bool(std::uint64_t same, std::uint64_t parted)>;
base::Result<std::optional<std::uint64_t>> first_parting(Server& server,
                                                         const projections::Replay& replay,
                                                         const Halving& on);

}  // namespace tools
