#include "tools/cli/consent.h"

#include <fmt/format.h>

namespace tools {

void Consent::add_to(CLI::App& app) {
    app.add_flag("--dry-run", dry_run, "Say what would be done, and do nothing");
    app.add_flag("--yes", yes, "Do not ask; needs --confirm");
    app.add_option("--confirm", name, "What the question would ask to be typed")
        ->type_name("NAME");
}

base::Result<bool> Consent::ask(const Session& session, const std::string& plan,
                                const std::string& expected) const {
    if (dry_run) {
        session.say(plan + "; nothing was done");
        return false;
    }
    if (yes && name != expected)
        return usage_error(fmt::format("{}. With --yes this needs --confirm={}", plan, expected));
    if (yes) session.say(plan);
    if (auto agreed = session.confirm(plan, expected, yes); !agreed) return agreed.error();
    return true;
}

}  // namespace tools
