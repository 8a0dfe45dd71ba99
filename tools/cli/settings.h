// What a run goes by, and who said so: flag before environment before context before default.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "tools/cli/contexts.h"
#include "tools/cli/globals.h"

namespace tools {

/// One thing that may be set in four places.
struct SettingKey {
    std::string_view name;  ///< in the file of contexts
    std::string_view flag;
    std::string_view environment;  ///< TALENTCTL_...
    std::string_view otherwise;    ///< the default
    std::string Globals::*given;
};
std::span<const SettingKey> setting_keys();
/// Null if there is no such key.
const SettingKey* setting_key(std::string_view name);

class Settings {
public:
    struct One {
        std::string_view name;
        std::string value;
        std::string origin;  ///< "flag --server", "context province", "default"
    };

    /// Fails with `invalid` E_CONFIG for a setting that cannot be, `not_found` E_NO_CONTEXT.
    static base::Result<Settings> resolve(const Globals& globals, const Contexts& contexts);
    /// Without contexts: what holds where their file cannot be read.
    static Settings without_contexts(const Globals& globals);

    const std::string& operator[](std::string_view name) const;
    const std::vector<One>& all() const { return all_; }
    /// Name of the context in use; empty if none.
    const std::string& context() const { return context_; }

private:
    std::string context_;
    std::vector<One> all_;
};

/// Fails with `not_found` E_NO_CONTEXT naming the nearest known one.
base::Result<void> check_context(const Contexts& contexts, const std::string& name);

}  // namespace tools
