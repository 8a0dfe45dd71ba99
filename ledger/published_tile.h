// What the tiles API (C2SP tlog-tiles) gives of a ledger's log.
#pragma once

#include <string>

#include "ledger/ledger.h"
#include "ledger/proof/tile_path.h"

namespace ledger {

/// The hashes or the entries that a path names. REQUIRES: path.width <= width_in(path, head).
/// Errors: those of Prover::tile and of a scan.
base::Result<std::string> published_tile(const Ledger& ledger, const proof::TilePath& path);

}  // namespace ledger
