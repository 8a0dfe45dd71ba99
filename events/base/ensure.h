// What must be true of our own code. Bad input and bad bytes are never judged here.
#pragma once

namespace base {

/// Prints where and why, then aborts. Restart recovers from the log.
[[noreturn]] void ensure_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace base

/// On in every build: a broken invariant stops the process before it can spread.
#define ENSURE(condition, why)                                             \
    ((condition) ? static_cast<void>(0)                                    \
                 : ::base::ensure_failed(#condition, (why), __FILE__, __LINE__))
