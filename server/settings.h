// How the server was asked to run: flags, then environment, then configuration file, then defaults.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/base/log.h"
#include "events/base/result.h"
#include "ledger/ledger.h"
#include "server/bounds.h"

namespace server {

struct Settings {
    std::filesystem::path data;
    std::filesystem::path signing;  ///< the log's keys and checkpoints; empty: `signing` in data
    std::filesystem::path policy;   ///< tlog-policy that names the log's witnesses; may be empty
    bool fail_open = false;         ///< publish without a quorum, after Bounds::fail_open_ms
    std::filesystem::path witness;  ///< be a witness from this folder; empty: do not
    std::string witness_name;       ///< of its key, when that is made
    std::filesystem::path mirror;   ///< be a mirror from this folder; empty: do not
    std::string mirror_name;
    std::vector<std::string> mirror_to;  ///< URLs of the mirrors that this log is handed to
    std::string address = "127.0.0.1";
    std::uint16_t port = 7400;  ///< 0: any free one
    ledger::Ledger::Opening opening = ledger::Ledger::Opening::existing;
    std::size_t threads = 1;
    base::LogForm log_form = base::LogForm::human;
    Bounds bounds;
    bool check_only = false;

    /// No ledger, only other people's logs.
    bool is_neighbour_only() const { return data.empty(); }

    /// Reads the command line, for most flags a variable (`--policy`, `TALENTD_POLICY`), those of
    /// the bounds (server/bounds.h), and the TOML file, in which an unknown key is an error. The
    /// text is what `--help` prints, where that is all that was asked.
    /// Fails with `invalid` E_USAGE or E_CONFIG (naming file and line).
    static base::Result<std::variant<Settings, std::string>> read(int argc,
                                                                  const char* const* argv);

    /// Fails with `refused` E_OPEN_ADDRESS for a ledger at an address that others can reach: there
    /// is no login. A witness or mirror alone may be reached: what it is asked proves itself.
    base::Result<void> check() const;
};

}  // namespace server
