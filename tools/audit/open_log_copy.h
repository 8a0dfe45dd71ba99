// Which log a run is about: that of the server, or what --offline names.
#pragma once

#include <filesystem>
#include <memory>

#include "tools/audit/log_copy.h"
#include "tools/cli/session.h"

namespace tools {

/// What a path given with --offline is.
enum class CopyKind { data_folder, tile_folder, file, nothing };
CopyKind kind_of_copy(const std::filesystem::path& path);

/// `signing`: where a data folder's signing folder lies; empty: in it.
/// Lifetime: the session must outlive it.
/// Errors: `not_found` E_NO_LEDGER where the folder is neither, those of Session otherwise.
base::Result<std::unique_ptr<LogCopy>> open_log_copy(Session& session,
                                                     const std::filesystem::path& signing = {});

}  // namespace tools
