#include "server/http_date.h"

#include <fmt/format.h>

#include <array>

#include "events/dates.h"

namespace server {

std::string http_date(std::int64_t wall_micros) {
    static constexpr std::array days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::int64_t seconds = wall_micros / 1'000'000;
    const events::Date date{static_cast<std::int32_t>(seconds / 86'400)};
    const std::int64_t of_day = seconds % 86'400;
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       days[static_cast<std::size_t>(date.weekday())], date.day(),
                       months[date.month() - 1], date.year(), of_day / 3600, of_day / 60 % 60,
                       of_day % 60);
}

}  // namespace server
