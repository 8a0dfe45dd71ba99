// What every view said at a position, in one hash each.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "events/ids.h"

namespace projections {

/// The same for every fold of the same log, whatever its batches and interruptions
/// (docs/views.md, "Digests").
struct ViewDigests {
    std::uint64_t size = 0;     ///< events folded in
    std::uint32_t version = 0;  ///< of the runner: other versions keep other rows
    std::map<std::string, events::Hash> views;

    bool operator==(const ViewDigests&) const = default;
};

}  // namespace projections
