// The folder of a stopped server, opened for a change of keys or origin.
#pragma once

#include <filesystem>
#include <memory>

#include "events/base/result.h"
#include "ledger/ledger.h"
#include "tools/cli/session.h"

namespace tools {

/// Fails with `invalid` E_USAGE without --offline, else with the errors of Ledger::open.
base::Result<std::unique_ptr<ledger::Ledger>> open_for_writing(const Session& session);

/// `given`, or DIR/signing. Fails with `invalid` E_USAGE if neither is known.
base::Result<std::filesystem::path> signing_folder(const Session& session,
                                                   const std::string& given);

}  // namespace tools
