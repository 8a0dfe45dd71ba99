// Instants taken apart into days and times of day. Internal to events/dates.cpp and zone.cpp, which
// are apart because only zones need the time zone database.
#pragma once

#include <cstdint>

#include "events/dates.h"

namespace events {

inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t seconds_per_day = 86'400;

inline std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

struct Clockface {
    int hour, minute, second, micros;
};

inline Clockface clockface(std::int64_t micros_of_day) {
    const auto seconds = micros_of_day / micros_per_second;
    return {static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
            static_cast<int>(seconds % 60), static_cast<int>(micros_of_day % micros_per_second)};
}

inline Date day_of(std::int64_t micros) {
    return {static_cast<std::int32_t>(floor_div(micros, seconds_per_day * micros_per_second))};
}

inline std::int64_t micros_of_day(std::int64_t micros) {
    return micros - std::int64_t{day_of(micros).days} * seconds_per_day * micros_per_second;
}

}  // namespace events
