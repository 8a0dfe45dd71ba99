// How far long work has come, on standard error only.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "events/base/clock.h"

namespace tools {

/// Silent for the first half second. On a terminal then a bar with rate and time left, redrawn in
/// place; in a pipe at most one line in ten seconds.
/// Lifetime: clock and stream must outlive it.
class Progress {
public:
    struct Options {
        bool terminal = false;
        bool quiet = false;
        std::FILE* stream = stderr;
    };

    /// `total` 0: unknown.
    Progress(const base::Clock& clock, Options options, std::string label, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(std::uint64_t done);
    /// Wipes the bar, so that other lines can be written.
    void clear();

    /// One line without the bar's escapes, `import 1200/5000 24% 600/s, 6 s left`.
    static std::string line(const std::string& label, std::uint64_t done, std::uint64_t total,
                            double seconds);

private:
    const base::Clock& clock_;
    const Options options_;
    const std::string label_;
    const std::uint64_t total_;
    const base::Clock::Instant started_;
    base::Clock::Instant next_;
    bool drawn_ = false;
};

}  // namespace tools
