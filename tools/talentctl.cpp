// The command line of the ledger.
#include <fmt/format.h>

#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/log.h"
#include "events/base/random.h"
#include "ledger/unreadable.h"
#include "tools/cli/exit.h"
#include "tools/cli/session.h"
#include "tools/cli/tree.h"
#include "tools/verbs/verbs.h"

int main(int count, char** words) {
    // A reader that goes away (`| head`) ends the program like any other tool: without a word.
    std::signal(SIGPIPE, SIG_DFL);
    try {
        const base::SystemClock clock;
        base::SystemRandom random;
        tools::Session session(clock, random);
        tools::Tree tree(session);
        tools::add_all(tree);
        const auto reading = tree.read(std::vector<std::string>(words + 1, words + count));
        base::log_to_stderr(base::LogForm::human, session.globals.verbose > 0
                                                      ? base::LogLevel::info
                                                      : base::LogLevel::error);
        return reading.action ? reading.action() : reading.exit;
    } catch (const ledger::Unreadable& damage) {
        const auto& error = damage.error();
        fmt::print(stderr, "talentctl: {}: {}\n", error.code, error.what);
        return tools::exit_of(error);
    } catch (const std::exception& failure) {
        fmt::print(stderr, "talentctl: {}\n", failure.what());
        return tools::exit_failed;
    }
}
