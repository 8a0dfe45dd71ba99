#include "tools/offline/writing.h"

namespace tools {

base::Result<std::unique_ptr<ledger::Ledger>> open_for_writing(const Session& session) {
    if (session.globals.offline.empty())
        return usage_error("this changes the folder of a stopped server; give it with --offline "
                           "DIR");
    ledger::Ledger::Options options;
    options.dir = session.globals.offline;
    return ledger::Ledger::open(std::move(options), session.clock(), session.random());
}

base::Result<std::filesystem::path> signing_folder(const Session& session,
                                                   const std::string& given) {
    if (!given.empty()) return std::filesystem::path(given);
    if (session.globals.offline.empty())
        return usage_error("say which keys: --offline DIR or --signing DIR");
    return std::filesystem::path(session.globals.offline) / "signing";
}

}  // namespace tools
