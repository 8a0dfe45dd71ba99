// Named sets of settings in a file of the user's: which server, in which language, as whom.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "events/base/result.h"

namespace tools {

/// $XDG_CONFIG_HOME/talentctl/config.toml:
///
///   current = "province"
///   [context.province]
///   server = "https://ledger.example"
///   actor = "id=0198c6f0000070008000000000000001; role=P"
///
/// Errors: `invalid` E_CONFIG names line and column, or says that others may write to the file
///         (it may name a command that is run); `storage` E_STORAGE.
struct Contexts {
    std::string current;  ///< empty: none
    std::map<std::string, std::map<std::string, std::string>> named;

    /// Empty contexts if there is no such file.
    static base::Result<Contexts> load(const std::filesystem::path& file);
    /// Makes the folder; the file is readable by its owner only and replaced in one step.
    base::Result<void> save(const std::filesystem::path& file) const;
};

/// TALENTCTL_CONFIG, else below XDG_CONFIG_HOME, else below ~/.config.
std::filesystem::path contexts_file();

}  // namespace tools
