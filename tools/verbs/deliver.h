// Bytes that a verb hands over as they are.
#pragma once

#include <string>
#include <string_view>

#include "tools/cli/session.h"

namespace tools {

/// Into the file, whole or not at all, or to standard output where no name is given. Gives the
/// exit code.
int deliver(Session& session, const std::string& file, std::string_view bytes);

}  // namespace tools
