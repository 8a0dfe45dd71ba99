// Ctrl-C as a wish: what is under way is finished first.
#pragma once

namespace tools {

/// While one lives, SIGINT and SIGTERM are remembered instead of ending the program; a second one
/// ends it.
/// Threads: one at a time.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool seen() const;

private:
    void (*before_)(int);
    void (*before_ending_)(int);
};

}  // namespace tools
