#include "tools/verbs/deliver.h"

#include <cstdio>
#include <filesystem>

#include "ledger/durable_file.h"

namespace tools {

int deliver(Session& session, const std::string& file, std::string_view bytes) {
    if (file.empty()) {
        std::fwrite(bytes.data(), 1, bytes.size(), stdout);
        std::fflush(stdout);
        return exit_ok;
    }
    return session.done(ledger::replace_file(std::filesystem::absolute(file), bytes));
}

}  // namespace tools
