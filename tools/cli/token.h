// The bearer token, which is never written on a command line.
#pragma once

#include <string>

#include "events/base/result.h"
#include "tools/cli/settings.h"
#include "tools/client/url.h"

namespace tools {

/// First line of the file or of what the command says; empty if neither is set.
/// Fails with `invalid` E_CONFIG where it cannot be had, or where it would travel in clear to
/// another machine.
base::Result<std::string> read_token(const Settings& settings, const Url& url);

}  // namespace tools
