#include "tests/acceptance/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "tests/support/http_client.h"

namespace acceptance {

namespace {

constexpr int patience_ms = 60'000;

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path data)
    : ServerProcess({"--data", data.string(), "--listen", "127.0.0.1:0", "--demo"},
                    data.string() + ".log") {}

ServerProcess::ServerProcess(const std::vector<std::string>& arguments,
                             const std::filesystem::path& log) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    std::vector<std::string> words = arguments;
    words.insert(words.begin(), TALENTD);
    std::vector<char*> argv;
    for (auto& each : words) argv.push_back(each.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        const int errors = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        ::dup2(errors, STDERR_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execv(TALENTD, argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
    if (pid_ < 0) throw std::runtime_error("cannot start talentd");
    read_port(output_);
}

void ServerProcess::read_port(int from) {
    std::string said;
    while (said.find('\n') == std::string::npos) {
        pollfd waiting{from, POLLIN, 0};
        if (::poll(&waiting, 1, patience_ms) <= 0) throw std::runtime_error("talentd is silent");
        char buffer[256];
        const auto got = ::read(from, buffer, sizeof buffer);
        if (got <= 0) throw std::runtime_error("talentd did not start: " + said);
        said.append(buffer, static_cast<std::size_t>(got));
    }
    const auto colon = said.rfind(':', said.find('\n'));
    if (colon == std::string::npos) throw std::runtime_error("talentd said: " + said);
    port_ = static_cast<std::uint16_t>(std::stoul(said.substr(colon + 1)));
}

ServerProcess::~ServerProcess() {
    if (pid_ > 0) kill();
    if (output_ >= 0) ::close(output_);
}

void ServerProcess::wait_ready() {
    test::HttpClient client(port_, patience_ms);
    for (int tries = 0; tries < 6'000; ++tries) {
        if (client.get("/readyz").status == 200) return;
        ::poll(nullptr, 0, 10);
    }
    throw std::runtime_error("talentd never became ready");
}

void ServerProcess::kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

int ServerProcess::stop() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int run_program(const std::string& command_line, std::string& output) {
    FILE* const pipe = ::popen((command_line + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command_line);
    char buffer[4'096];
    for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
        output.append(buffer, got);
    }
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace acceptance
