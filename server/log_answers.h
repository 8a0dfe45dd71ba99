// Answers of the tiles API (C2SP tlog-tiles), of the ledger's own log and of mirrored ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/log_source.h"
#include "server/message.h"

namespace server {

/// A text that moves with the log: ask again.
Response log_text(std::string body);
/// Anything that is not the one spelling of a tile that the published tree has is not there: a
/// reader tries the full tile after a 404, and after nothing else.
std::optional<proof::TilePath> tile_shown(const LogSource& log, std::string_view path);
/// `not_found` E_NO_TILE.
base::Error no_tile();
/// Hashes or entries. May read from a disk. Errors: those of LogSource::tile.
/// REQUIRES: tile_shown.
base::Result<Response> log_tile(const LogSource& log, const proof::TilePath& path);

}  // namespace server
