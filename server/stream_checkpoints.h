// The signed checkpoints that a subscriber hears of, each with the proof that it continues the one
// before, so that whoever keeps the last one notices a log that was changed behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/bell.h"
#include "server/services.h"

namespace server {

/// Of one subscriber. A frame covers the events before `size` and no others; `position`, if there
/// is one, only tells how far the subscriber has been served.
///
///     {"position":"41","size":"40","root":"...","from":"12","path":["..."],"note":"..."}
///
/// Threads:  one strand; `next` may run on a worker meanwhile.
/// Errors:   `invalid` E_TREE_SIZE for a checkpoint that is larger than what is published: whoever
///           holds it was shown more; those of Prover.
class StreamCheckpoints {
public:
    /// `known`: size of the checkpoint that the subscriber holds; it then gets one at once.
    StreamCheckpoints(const Services& services, std::optional<std::uint64_t> known);

    /// Whether it is time for a further one.
    bool is_due() const;
    /// When to ask again if the log does not grow.
    Bell::Time next_look() const;
    /// The data of a frame; nothing if nothing was published since the last. Blocks.
    /// `served`: events that the subscriber has been served or that were not for it.
    base::Result<std::optional<std::string>> next(std::uint64_t served);

private:
    const Services& services_;
    std::uint64_t told_;    ///< size of the checkpoint told last; 0 before the first
    Bell::Time due_;        ///< not before this
    bool demanded_;         ///< one is wanted even if nothing is new
};

}  // namespace server
