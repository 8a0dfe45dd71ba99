// One reader that follows the log over server-sent events.
#pragma once

#include <cstdint>
#include <optional>

#include "server/event_format.h"
#include "server/route.h"

namespace server {

/// Sends events from `from` on until the reader leaves or the server drains. The session reads the
/// log itself, by position, so catching up and following are one loop: there is no hand-over at
/// which an event could be lost or sent twice. A slow reader only slows its own loop, which holds
/// one piece of limits::piece_bytes_max.
///
/// Frames: `event` (id = position, data = CloudEvent), `checkpoint` (id: filtered readers may move
///         their cursor there; with a signed note every Bounds::stream_checkpoint_ms, see
///         server/stream_checkpoints.h), `caught-up`, `fell-behind`, `goodbye` (connect again
///         later), and a comment every limits::stream_comment_every.
///
/// `known`: size of the checkpoint that the reader holds, if it wants to go on from there.
awaitable<base::Result<Response>> subscribe(Call& call, Selection selection, std::uint64_t from,
                                            std::optional<std::uint64_t> known, Response head);

}  // namespace server
