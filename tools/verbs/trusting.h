// Whose signature counts: the options that say so, and what is told about it.
#pragma once

#include "tools/audit/trust.h"
#include "tools/cli/tree.h"

namespace tools {

/// --policy FILE and --vkey KEY.
void add_trust(CLI::App& app, TrustOptions& trust);

/// A note judged by itself, without the log's events. Warns where nobody but the log vouches for
/// its key. Errors: those of judge(); `corrupt` E_NOT_SIGNED where the key is not the trusted one:
/// only a check of the whole log can tell whether one has handed over to the other.
base::Result<Judged> judge_alone(Session& session, std::string_view note, LogCopy& copy,
                                 const TrustOptions& trust);

}  // namespace tools
