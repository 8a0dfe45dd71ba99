// Long answers made of events, shared by the routes that read the log.
#pragma once

#include "server/event_format.h"
#include "server/route.h"

namespace server {

/// One JSON page: {"events":[...],"next_cursor":"..","head":".."} with a `Link` to the next.
/// `self`: path and the filters of the request, ending in `?` or `&`.
/// `members`: further members before `events`, each ending with a comma.
awaitable<base::Result<Response>> answer_page(Call& call, const Selection& selection, Range range,
                                              bool personal, std::string self, std::string members);

/// All events of the range, written as they are read: NDJSON with the closing line
/// {"end":true,"count":n,"last":"position","hash":"SHA-256 of all bytes before this line, before
/// compression"}, or frames of a little-endian u32 length and the stored bytes. Each piece is
/// flushed through the compression, so a slow flow is readable as it comes. Who sends
/// `TE: trailers` gets `Repr-Digest` after the body.
awaitable<base::Result<Response>> answer_flow(Call& call, const Selection& selection, Range range,
                                              Form form, bool personal);

}  // namespace server
