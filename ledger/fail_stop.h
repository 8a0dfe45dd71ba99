// The end of the process, where going on could make an acknowledged fact untrue.
#pragma once

#include <string_view>

#include "events/base/result.h"

namespace ledger {

/// Exit status of a process that ended itself this way.
inline constexpr int fail_stop_status = 70;

/// Says what failed and ends the process at once, without unwinding and without a core file (it
/// would hold keys). What was not answered is of unknown fate, and the next start tells.
[[noreturn]] void fail_stop(std::string_view where, const base::Error& error);

}  // namespace ledger
