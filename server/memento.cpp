#include "server/memento.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "server/http_date.h"

namespace server {
namespace {

/// The target as it was sent, without the parameters that name an earlier state, a page or a wait;
/// ends in `?` or `&` for more.
std::string bare_target(std::string_view target) {
    const auto mark = target.find('?');
    std::string out(target.substr(0, mark));
    out += '?';
    if (mark == std::string_view::npos) return out;
    for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
        const auto end = rest.find('&');
        const std::string_view each = rest.substr(0, end);
        const std::string_view name = each.substr(0, each.find('='));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (name == "known_at" || name == "cursor" || name == "min_position" || name == "wait")
            continue;
        out.append(each).append("&");
    }
    return out;
}

/// When the knowledge K began to be what it is: the time asked for, or that of the event named.
std::optional<events::Instant> instant_of(const ledger::Ledger& ledger, std::string_view known_at) {
    if (const auto instant = events::Instant::parse(known_at)) return instant;
    if (const auto day = events::Date::parse(known_at)) return ledger.zone().end_of(*day);
    if (!known_at.starts_with("seq:")) return std::nullopt;
    std::uint64_t position = 0;
    std::from_chars(known_at.data() + 4, known_at.data() + known_at.size(), position);
    const auto event = ledger.event({position});
    if (!event) return std::nullopt;
    return events::Instant::of(*event->event().recorded_at());
}

}  // namespace

base::Result<std::optional<std::string>> known_at_of(const Request& request) {
    using Known = std::optional<std::string>;
    const std::string* header = request.header("accept-datetime");
    if (!header || request.parameter("known_at")) return Known();
    const auto micros = parse_http_date(*header);
    if (!micros)
        return base::Error{base::Fault::invalid, "E_BAD_HEADER",
                           "Accept-Datetime is not like Sun, 22 Nov 2026 14:46:28 GMT."};
    return Known(events::Instant{*micros}.text());
}

void add_memento(const Request& request, const ledger::Ledger& ledger, events::Instant now,
                 std::string_view known_at, std::string_view cursor, Response& response) {
    const std::string bare = bare_target(request.target);
    const std::string original = bare.substr(0, bare.size() - 1);
    const std::string memento = fmt::format("{}known_at={}", bare, known_at);
    std::string links = fmt::format("<{}>; rel=\"original timegate\"", original);
    const bool fixed = request.parameter("known_at") != nullptr;
    const bool chosen = !fixed && request.header("accept-datetime") != nullptr;
    if (!fixed) response.vary("Accept-Datetime");
    if (const auto at = instant_of(ledger, known_at)) {
        // What will be known is not known yet.
        const std::string date = http_date(std::min(*at, now).micros);
        if (fixed || chosen) response.set("Memento-Datetime", date);
        links += fmt::format(", <{}>; rel=\"memento\"; datetime=\"{}\"", memento, date);
    }
    if (chosen) response.set("Content-Location", memento);
    if (!cursor.empty()) links += fmt::format(", <{}&cursor={}>; rel=\"next\"", memento, cursor);
    response.set("Link", links);
}

}  // namespace server
