// The parameters that every question to a view takes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "tools/cli/session.h"

namespace tools {

struct Asking {
    std::string subject;
    std::string effective_at, known_at, from, to, by, scheme, basis;
    std::string min_position, wait, limit, cursor;
    std::string recast;
    std::vector<std::string> others;  ///< `name=value`

    /// The moment asked about: --known-at, --effective-at, --min-position, --wait, --param.
    void add_moment(CLI::App& app);
    /// A range and how places are counted: --from, --to, --by, --scheme, --recast, --basis.
    void add_range(CLI::App& app);
    void add_paging(CLI::App& app);

    /// Fails with `invalid` E_USAGE for a --param without `=`, E_BAD_DATE for a moment that cannot
    /// be read.
    base::Result<Source::Parameters> parameters(const Session& session) const;
};

/// Asks the view and prints the answer; gives the exit code.
int ask(Session& session, const std::string& view, const Asking& asking,
        std::vector<std::string> usual = {});

}  // namespace tools
