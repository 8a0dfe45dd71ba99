// Leave for what cannot be undone.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "events/base/result.h"
#include "tools/cli/session.h"

namespace tools {

/// On a terminal the name is typed; elsewhere --yes and --confirm=NAME together stand for it.
struct Consent {
    bool yes = false;
    bool dry_run = false;
    std::string name;

    /// --yes, --confirm, --dry-run.
    void add_to(CLI::App& app);
    /// Says the plan. False: a dry run, nothing is to be done.
    /// Errors: `invalid` E_USAGE if --confirm names something else; `cancelled` E_DECLINED.
    base::Result<bool> ask(const Session& session, const std::string& plan,
                           const std::string& expected) const;
};

}  // namespace tools
