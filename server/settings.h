// How the server was asked to run: flags, then environment, then configuration file, then defaults.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "events/base/log.h"
#include "events/base/result.h"
#include "ledger/ledger.h"
#include "server/bounds.h"

namespace server {

struct Settings {
    std::filesystem::path data;
    std::filesystem::path signing;  ///< the log's keys and checkpoints; empty: `signing` in data
    std::string address = "127.0.0.1";
    std::uint16_t port = 7400;  ///< 0: any free one
    ledger::Ledger::Opening opening = ledger::Ledger::Opening::existing;
    std::size_t threads = 1;
    base::LogForm log_form = base::LogForm::human;
    Bounds bounds;
    bool check_only = false;

    /// Reads the command line, `TALENTD_DATA`, `TALENTD_SIGNING`, `TALENTD_LISTEN`,
    /// `TALENTD_CONFIG`, `TALENTD_THREADS`, `TALENTD_LOG_FORMAT`, those of the bounds
    /// (server/bounds.h), and the TOML file, in which an unknown key is an error. The text is what
    /// `--help` prints, where that is all that was asked.
    /// Fails with `invalid` E_USAGE or E_CONFIG (naming file and line).
    static base::Result<std::variant<Settings, std::string>> read(int argc,
                                                                  const char* const* argv);

    /// Fails with `refused` E_OPEN_ADDRESS for an address that others can reach: there is no login.
    base::Result<void> check() const;
};

}  // namespace server
