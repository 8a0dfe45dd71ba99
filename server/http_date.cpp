#include "server/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/dates.h"

namespace server {
namespace {

constexpr std::array days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string http_date(std::int64_t wall_micros) {
    const std::int64_t seconds = wall_micros / 1'000'000;
    const events::Date date{static_cast<std::int32_t>(seconds / 86'400)};
    const std::int64_t of_day = seconds % 86'400;
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       days[static_cast<std::size_t>(date.weekday())], date.day(),
                       months[date.month() - 1], date.year(), of_day / 3600, of_day / 60 % 60,
                       of_day % 60);
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    // `Sun, 22 Nov 2026 14:46:28 GMT`: read as the date and time that it must be, then compared,
    // so that every other spelling is refused.
    if (text.size() != 29) return std::nullopt;
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3)) - months.begin();
    const auto at = events::Instant::parse(fmt::format(
        "{}-{:02}-{}T{}Z", text.substr(12, 4), month + 1, text.substr(5, 2), text.substr(17, 8)));
    if (!at || http_date(at->micros) != text) return std::nullopt;
    return at->micros;
}

}  // namespace server
