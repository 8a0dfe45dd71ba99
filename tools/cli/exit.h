// Exit codes: what a script may rely on.
#pragma once

#include <span>
#include <string_view>

#include "events/base/result.h"

namespace tools {

enum Exit : int {
    exit_ok = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_not_found = 3,
    exit_denied = 4,       ///< not authenticated or not allowed
    exit_conflict = 5,     ///< somebody else was faster, or an id was used before
    exit_tampered = 6,     ///< evidence of tampering or loss
    exit_unavailable = 7,  ///< nobody there, or too slow; trying again may help
    exit_declined = 8,
    exit_differences = 9,
    exit_partly = 10,  ///< some of the work is done, some is not
    exit_interrupted = 130,
};

int exit_of(const base::Error& error);

struct ExitMeaning {
    int code;
    std::string_view meaning;
};
/// Every exit code with what it says, signals included.
std::span<const ExitMeaning> exit_meanings();

}  // namespace tools
