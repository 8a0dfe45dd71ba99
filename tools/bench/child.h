// A program of our own in the background that says where it listens.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/base/result.h"

namespace tools {

/// Ends the program with SIGTERM when it goes.
class Child {
public:
    /// Waits for a line that ends in `:PORT` on the program's standard output.
    static base::Result<std::unique_ptr<Child>> start(const std::vector<std::string>& words);
    ~Child();

    std::uint16_t port() const { return port_; }

private:
    Child() = default;
    pid_t pid_ = -1;
    int out_ = -1;
    std::uint16_t port_ = 0;
};

/// A program that lies beside this one.
std::string beside(const std::string& name);

}  // namespace tools
