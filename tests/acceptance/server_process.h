// The real talentd as a process of its own, that can be killed at any moment.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace acceptance {

class ServerProcess {
public:
    /// Starts talentd over the folder, opened as a demonstration ledger if it is empty, on a free
    /// port, and waits until it listens. Throws std::runtime_error with its words if it does not.
    explicit ServerProcess(std::filesystem::path data);
    /// Starts talentd with these arguments; what it complains of goes to the file.
    ServerProcess(const std::vector<std::string>& arguments, const std::filesystem::path& log);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    std::uint16_t port() const { return port_; }
    /// Waits until /readyz says yes.
    void wait_ready();
    /// SIGKILL: as if the power had gone for this process.
    void kill();
    /// SIGTERM; returns the exit code.
    int stop();

private:
    void read_port(int from);

    pid_t pid_ = -1;
    int output_ = -1;
    std::uint16_t port_ = 0;
};

/// Runs a program to its end; its output goes to `output`. The exit code, -1 if it was killed.
int run_program(const std::string& command_line, std::string& output);

}  // namespace acceptance
