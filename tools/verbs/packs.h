// Checking an evidence pack, which two verbs do.
#pragma once

#include <string>

#include "tools/cli/session.h"
#include "tools/evidence/pack.h"

namespace tools {

/// Prints the verdict; exit code 6 where the pack does not hold, 10 where a part of it could not be
/// checked.
int verify_pack_file(Session& session, const std::string& file, const evidence::Trust& trust);

}  // namespace tools
