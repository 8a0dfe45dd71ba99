// Time comes from outside, so that tests can hold it and replay gives the same bytes.
#pragma once

#include <chrono>
#include <cstdint>

namespace base {

class Clock {
public:
    using Instant = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;
    /// Monotonic; for waiting and measuring.
    virtual Instant now() const = 0;
    /// Microseconds since 1970-01-01T00:00:00Z; may jump either way.
    virtual std::int64_t wall_micros() const = 0;
};

/// The machine's clocks. Only `main` makes one.
class SystemClock final : public Clock {
public:
    Instant now() const override;
    std::int64_t wall_micros() const override;
};

}  // namespace base
