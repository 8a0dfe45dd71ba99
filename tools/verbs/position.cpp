#include "tools/verbs/position.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "tools/output/cells.h"

namespace tools {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return number;
}

/// When the event at a position was recorded; nothing past the head.
base::Result<std::optional<events::Instant>> time_at(Source& source, std::uint64_t position) {
    const auto event = source.event(std::to_string(position));
    if (!event) {
        if (event.error().fault != base::Fault::not_found) return event.error();
        return std::optional<events::Instant>();
    }
    const auto* time = event->if_contains("time");
    return events::Instant::parse(time == nullptr ? std::string() : plain_cell(*time));
}

/// The first position for which `late` holds of its event; late events follow early ones only.
template <class Late>
base::Result<std::uint64_t> first_late(Source& source, Late late) {
    const auto is_late = [&](std::uint64_t position) -> base::Result<bool> {
        const auto time = time_at(source, position);
        if (!time) return time.error();
        return !*time || late(**time);
    };
    std::uint64_t early = 0, step = 1;  // everything below `early` is early
    for (;; step *= 2) {
        const auto found = is_late(early + step - 1);
        if (!found) return found.error();
        if (*found) break;
        early += step;
    }
    for (std::uint64_t above = early + step - 1; early < above;) {
        const auto middle = early + (above - early) / 2;
        const auto found = is_late(middle);
        if (!found) return found.error();
        if (*found) {
            above = middle;
        } else {
            early = middle + 1;
        }
    }
    return early;
}

}  // namespace

base::Result<std::uint64_t> position_of(const Session& session, Source& source,
                                        std::string_view text) {
    if (text.empty() || text == "begin") return std::uint64_t{0};
    // Four digits could be a year, but a position is what the log is counted in.
    if (const auto number = whole_number(text)) return *number;
    if (text.starts_with("seq:")) {
        if (const auto number = whole_number(text.substr(4))) return *number;
    }
    if (text == "end") {
        return first_late(source, [](events::Instant) { return false; });
    }
    const auto today = session.today();
    const auto begin = begin_of(text, today);
    if (!begin) {
        return base::Error{base::Fault::invalid, "E_BAD_POSITION",
                           fmt::format("'{}' is no place in the log: write 1200, begin, end, "
                                       "2019-07-01, 2019-07, 2019-07-01T10:00:00+08:00, -2h or "
                                       "yesterday",
                                       text)};
    }
    return first_late(source, [&](events::Instant at) { return at >= *begin; });
}

}  // namespace tools
