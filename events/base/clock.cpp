#include "events/base/clock.h"

namespace base {

Clock::Instant SystemClock::now() const { return std::chrono::steady_clock::now(); }

std::int64_t SystemClock::wall_micros() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace base
