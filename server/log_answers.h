// Answers of the tiles API (C2SP tlog-tiles) for mirrored logs.
#pragma once

#include <string>
#include <string_view>

#include "server/log_source.h"
#include "server/message.h"

namespace server {

/// A text that moves with the log: ask again.
Response log_text(std::string body);
/// Hashes or entries of `tile/...`. Anything that is not the one spelling of a tile that the
/// published tree has is not there: a reader tries the full tile after a 404, and after nothing
/// else. May read from a disk. Errors: `not_found` E_NO_TILE; those of LogSource::tile.
base::Result<Response> log_tile(const LogSource& log, std::string_view path);

}  // namespace server
