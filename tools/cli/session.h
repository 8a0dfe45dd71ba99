// One run of the command line: what the global flags say, and what every verb needs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "tools/cli/exit.h"
#include "tools/cli/source.h"
#include "tools/output/printer.h"
#include "tools/term/progress.h"
#include "tools/term/terminal.h"

namespace tools {

class Folder;
class Server;

/// Flags that stand before or after the verb.
struct Globals {
    std::string server = "http://127.0.0.1:7400";
    std::string offline;
    std::string output = "auto";
    std::vector<std::string> fields;
    std::string color = "auto";
    std::string language;
    std::string actor;
    bool no_input = false;
    bool quiet = false;
    int verbose = 0;
};

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
    /// The folder with --offline, the server without.
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
    const base::Clock& clock_;
    base::Random& random_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Folder> folder_;
};

/// The failure of a wrong call, exit code 2.
base::Error usage_error(std::string what);

}  // namespace tools
