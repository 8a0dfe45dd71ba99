// A pager behind standard output, as git and man have it.
#pragma once

#include <optional>
#include <string>

namespace tools {

/// TALENTCTL_PAGER, else PAGER, else `less -FRX` where there is one; nothing for `cat`, an empty
/// name and a TERM that is dumb.
std::optional<std::string> pager_command();

/// From `start` on standard output goes through the pager. Leaving waits until it is closed.
/// Threads: start before any thread. One at a time.
class Pager {
public:
    Pager() = default;
    ~Pager();
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;

    void start(const std::string& command);

private:
    bool running_ = false;
};

}  // namespace tools
