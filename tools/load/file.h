// Whole files and standard input.
#pragma once

#include <string>

#include "events/base/result.h"

namespace tools {

/// `-` is standard input. Fails with `not_found` E_NO_FILE.
base::Result<std::string> read_whole(const std::string& name);

}  // namespace tools
