#include "tools/term/pager.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tools/term/terminal.h"

namespace tools {
namespace {

// What the handler of a signal needs.
volatile sig_atomic_t pager_pid = 0;

/// The pager keeps the terminal until the reader closes it, also after Ctrl-C.
void wait_for_pager(int signal) {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    ::waitpid(pager_pid, nullptr, 0);
    _exit(128 + signal);
}

bool is_on_path(const std::string& program) {
    const std::string path = environment("PATH").value_or("/usr/bin:/bin");
    for (std::size_t start = 0; start <= path.size();) {
        const auto end = std::min(path.find(':', start), path.size());
        const auto file = std::filesystem::path(path.substr(start, end - start)) / program;
        if (::access(file.c_str(), X_OK) == 0) return true;
        start = end + 1;
    }
    return false;
}

}  // namespace

std::optional<std::string> pager_command() {
    if (environment("TERM").value_or("dumb") == "dumb") return std::nullopt;
    for (const char* name : {"TALENTCTL_PAGER", "PAGER"}) {
        // An empty name is an answer too: no pager.
        const char* set = std::getenv(name);
        if (set == nullptr) continue;
        const std::string command = set;
        if (command.empty() || command == "cat") return std::nullopt;
        return command;
    }
    if (is_on_path("less")) return "less -FRX";
    return std::nullopt;
}

void Pager::start(const std::string& command) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    std::fflush(stdout);
    const pid_t child = fork();
    if (child < 0) {
        ::close(ends[0]);
        ::close(ends[1]);
        return;
    }
    if (child == 0) {
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::setenv("LESS", "FRX", 0);
        ::setenv("LESSCHARSET", "utf-8", 0);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    pager_pid = child;
    running_ = true;
    std::signal(SIGINT, wait_for_pager);
    std::signal(SIGTERM, wait_for_pager);
}

Pager::~Pager() {
    if (!running_) return;
    std::fflush(stdout);
    ::close(STDOUT_FILENO);
    ::waitpid(pager_pid, nullptr, 0);
}

}  // namespace tools
