// talentd: wires the room together and waits for the signal to stop.
#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

#include "events/base/clock.h"
#include "events/base/log.h"
#include "events/base/random.h"
#include "events/codes/code_lists.h"
#include "server/app.h"
#include "server/neighbour_app.h"
#include "server/problem.h"
#include "server/settings.h"

namespace {

/// Exit codes of interfaces.md 1.2.
int exit_code_of(const base::Error& error) {
    static const std::set<std::string> usage{"E_USAGE",         "E_CONFIG", "E_OPEN_ADDRESS",
                                             "E_COSIGNER_NAME", "E_POLICY", "E_WATCHED_LOGS",
                                             "E_BAD_URL"};
    static const std::set<std::string> evidence{"E_LOG_LOST", "E_LOG_DAMAGED", "E_ANCHOR_MISSING",
                                                "E_VAULT_MISSING"};
    static const std::set<std::string> unavailable{"E_LEDGER_IN_USE", "E_SIGNING_IN_USE",
                                                   "E_COSIGNER_IN_USE", "E_STORAGE", "E_LISTEN"};
    if (usage.contains(error.code)) return 2;
    if (evidence.contains(error.code) || error.fault == base::Fault::corrupt) return 6;
    if (unavailable.contains(error.code) || error.fault == base::Fault::storage) return 7;
    return 1;
}

int fail(const base::Error& error) {
    fmt::print(stderr, "talentd: {} [{}]\n", error.what, error.code);
    const auto& codes = events::CodeLists::built_in();
    const auto hint = server::text_of(codes, error.code, error.fault, server::Language::en).hint;
    if (!hint.empty()) fmt::print(stderr, "  hint: {}\n", hint);
    return exit_code_of(error);
}

/// A peer that hangs up and a file that may not grow are errors to handle, not to die of.
sigset_t prepare_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    sigset_t stopping;
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGTERM);
    sigaddset(&stopping, SIGINT);
    // Blocked here, before any thread exists, so that only `sigwait` sees them.
    pthread_sigmask(SIG_BLOCK, &stopping, nullptr);
    return stopping;
}

/// Connections and the store share the table of open files; take what the system grants.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// Starts an app, serves until the signal to stop, and drains it.
template <class Served>
int serve(const server::Settings& settings, const sigset_t& stopping) {
    base::SystemClock clock;
    base::SystemRandom random;
    auto app = Served::start(settings, clock, random);
    if (!app) return fail(app.error());
    fmt::print("listening on {}\n", (*app)->address());
    std::fflush(stdout);

    int signal = 0;
    sigwait(&stopping, &signal);
    // Whoever asks twice means it; a restart recovers from the log.
    std::thread([stopping] {
        int again = 0;
        sigwait(&stopping, &again);
        std::_Exit(128 + again);
    }).detach();
    (*app)->drain();
    app->reset();
    return 0;
}

int run(const server::Settings& settings) {
    const sigset_t stopping = prepare_signals();
    raise_file_limit();
    base::log_to_stderr(settings.log_form, base::LogLevel::info);
    return settings.is_neighbour_only() ? serve<server::NeighbourApp>(settings, stopping)
                                        : serve<server::App>(settings, stopping);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto read = server::Settings::read(argc, argv);
        if (!read) return fail(read.error());
        if (const auto* help = std::get_if<std::string>(&*read)) {
            fmt::print("{}", *help);
            return 0;
        }
        const auto& settings = std::get<server::Settings>(*read);
        if (settings.check_only) {
            fmt::print("the configuration is good\n");
            return 0;
        }
        return run(settings);
    } catch (const std::exception& problem) {
        fmt::print(stderr, "talentd: {}\n", problem.what());
        return 1;
    }
}
