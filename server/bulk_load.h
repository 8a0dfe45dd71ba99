// A bulk load: one command per line of the request, one result per line of the answer.
#pragma once

#include "server/route.h"

namespace server {

/// Reads lines as they come, keeps a window of commands in the registrar's queue, and answers in
/// order while the request is still arriving. A line that is refused does not stop the others.
/// The last line of the answer counts: {"end":true,"lines":n,"recorded":..,"replayed":..,
/// "refused":..,"last_position":".."}.
///
/// Bounds: any number of lines; a line up to limits::line_bytes_max; results that the client does
///         not read are held up to limits::bulk_answer_bytes_max, then reading stops.
awaitable<base::Result<Response>> load_in_bulk(Call& call);

}  // namespace server
