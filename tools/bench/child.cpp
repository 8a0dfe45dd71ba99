#include "tools/bench/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace tools {
namespace {

base::Error not_started(const std::string& program) {
    return {base::Fault::storage, "E_NOT_STARTED", fmt::format("{} does not start", program)};
}

std::string first_line(int fd) {
    std::string line;
    char c = 0;
    while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

}  // namespace

std::string beside(const std::string& name) {
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    return (self.parent_path() / name).string();
}

base::Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return not_started(words.front());
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        const int null = ::open("/dev/null", O_WRONLY);
        if (null >= 0) ::dup2(null, STDERR_FILENO);
        ::execv(arguments.front(), arguments.data());
        _exit(127);
    }
    ::close(ends[1]);
    std::unique_ptr<Child> child(new Child());
    child->pid_ = pid;
    child->out_ = ends[0];
    if (pid < 0) return not_started(words.front());
    std::string line = first_line(ends[0]);
    while (!line.empty() && (line.back() < '0' || line.back() > '9')) line.pop_back();
    const auto colon = line.rfind(':');
    if (colon == std::string::npos) return not_started(words.front());
    child->port_ = static_cast<std::uint16_t>(std::atoi(line.c_str() + colon + 1));
    if (child->port_ == 0) return not_started(words.front());
    return child;
}

Child::~Child() {
    if (pid_ > 0) {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    if (out_ >= 0) ::close(out_);
}

}  // namespace tools
