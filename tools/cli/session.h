// One run of the command line: what the global flags say, and what every verb needs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "tools/cli/exit.h"
#include "tools/cli/globals.h"
#include "tools/cli/moment.h"
#include "tools/cli/settings.h"
#include "tools/cli/source.h"
#include "tools/output/printer.h"
#include "tools/term/pager.h"
#include "tools/term/progress.h"
#include "tools/term/terminal.h"

namespace tools {

class Folder;
class Server;

/// Lifetime: clock and random must outlive it.
class Session {
public:
    Session(const base::Clock& clock, base::Random& random);
    ~Session();

    Globals globals;

    // -- after the flags have been read ---------------------------------------------------------
    const base::Clock& clock() const { return clock_; }
    base::Random& random() const { return random_; }
    Terminal terminal() const;
    Language language() const;
    /// Reads the file of contexts the first time. Where it cannot be read, every verb that needs
    /// a server says so; until then flags, environment and defaults hold.
    base::Result<const Settings*> settings() const;
    const events::Zone& zone() const;
    Today today() const { return {events::Instant{clock_.wall_micros()}, zone()}; }
    /// A moment as the server takes it; see tools/cli/moment.h.
    base::Result<std::string> moment(std::string_view text, MomentUse use) const;
    /// From here on standard output goes through a pager, if it is a terminal and nobody minds.
    void page();
    /// Asks for `name` to be typed. Fails with `cancelled` E_DECLINED, also where nobody can be
    /// asked and `yes` was not said.
    base::Result<void> confirm(const std::string& plan, const std::string& name, bool yes) const;
    /// The folder or evidence pack with --offline, the server without.
    base::Result<Source*> source();
    /// Fails with `invalid` E_USAGE where --offline was given.
    base::Result<Server*> server();
    /// Fails with `invalid` E_USAGE where --offline was not given.
    base::Result<Folder*> folder();

    /// `usual`: columns of a table when no fields were asked for.
    Printer printer(std::vector<std::string> usual = {}) const;
    Form form() const;
    std::unique_ptr<Progress> progress(std::string label, std::uint64_t total) const;
    /// A line for people on standard error, unless they asked for silence.
    void say(const std::string& line) const;
    /// Says what went wrong and gives the exit code for it.
    int fail(const base::Error& error) const;
    /// Exit code of a step that may have failed.
    int done(const base::Result<void>& result) const;

private:
    const Settings& known_settings() const;

    const base::Clock& clock_;
    base::Random& random_;
    mutable std::optional<base::Result<Settings>> settings_;
    mutable std::optional<Settings> fallback_;
    mutable std::optional<events::Zone> zone_;
    std::optional<Terminal> before_paging_;
    Pager pager_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Folder> folder_;
    std::unique_ptr<Source> pack_;
};

/// The failure of a wrong call, exit code 2.
base::Error usage_error(std::string what);

}  // namespace tools
