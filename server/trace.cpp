#include "server/trace.h"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

constexpr std::size_t state_bytes_max = 512;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

/// Members of all `tracestate` lines; a list that is too long or not plain text is dropped whole.
std::string state_of(const Request& request) {
    std::string state;
    for (const Header& each : request.headers)
        if (each.name == "tracestate" && !each.value.empty())
            state += (state.empty() ? "" : ",") + each.value;
    const bool plain = std::all_of(state.begin(), state.end(), [](char each) {
        return (each >= ' ' && each <= '~') || each == '\t';
    });
    return plain && state.size() <= state_bytes_max ? state : std::string();
}

}  // namespace

std::optional<TraceContext> TraceContext::of(const Request& request) {
    const std::string* header = request.header("traceparent");
    // Later versions may be longer, but begin alike.
    if (!header || header->size() < 55) return std::nullopt;
    const std::string_view text = *header;
    const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32);
    const std::string_view parent = text.substr(36, 16), flags = text.substr(53, 2);
    const bool framed = text[2] == '-' && text[35] == '-' && text[52] == '-' &&
                        (text.size() == 55 || (version != "00" && text[55] == '-'));
    if (!framed || version == "ff" || !is_hex(version) || !is_hex(trace) || !is_hex(parent) ||
        !is_hex(flags) || is_zero(trace) || is_zero(parent))
        return std::nullopt;
    return TraceContext{std::string(trace), std::string(flags), state_of(request)};
}

std::string TraceContext::traceparent(std::uint64_t span) const {
    return fmt::format("00-{}-{:016x}-{}", trace_id, span ? span : 1, flags);
}

}  // namespace server
