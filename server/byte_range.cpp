#include "server/byte_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "server/content_coding.h"
#include "server/digest.h"

namespace server {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc() || stopped != end) return std::nullopt;
    return value;
}

/// A caller who holds a part of another state gets the whole of this one.
bool is_of_this_state(const Request& request, const std::string& tag) {
    const std::string* held = request.header("if-range");
    return !held || *held == tag;
}

}  // namespace

RangeAsked RangeAsked::parse(std::string_view value, std::uint64_t size) {
    const RangeAsked none{Kind::unsatisfiable};
    constexpr std::string_view unit = "bytes=";
    if (!value.starts_with(unit)) return {};
    value.remove_prefix(unit.size());
    const auto dash = value.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = value.substr(0, dash), last = value.substr(dash + 1);
    if (first.empty()) {
        const auto length = number_of(last);
        if (!length) return {};
        if (*length == 0 || size == 0) return none;
        return {Kind::part, {size - std::min(size, *length), size}};
    }
    const auto from = number_of(first);
    const auto to = last.empty() ? std::optional(UINT64_MAX) : number_of(last);
    if (!from || !to || *to < *from) return {};
    if (*from >= size) return none;
    return {Kind::part, {*from, *to >= size ? size : *to + 1}};
}

base::Result<Response> part_of(const Call& call, Response whole) {
    const std::string tag = *whole.header("ETag");
    whole.set("Accept-Ranges", "bytes");
    const std::string* value = call.request.header("range");
    if (!value || call.request.method != Method::get) return whole;
    if (!is_of_this_state(call.request, tag) || known_tag(call.request, tag)) return whole;
    const auto asked = RangeAsked::parse(*value, whole.body.size());
    if (asked.kind == RangeAsked::Kind::whole) return whole;
    if (asked.kind == RangeAsked::Kind::unsatisfiable) {
        call.connection.accompany({"Content-Range", fmt::format("bytes */{}", whole.body.size())});
        return base::Error{base::Fault::invalid, "E_RANGE",
                           fmt::format("The body has {} bytes.", whole.body.size())};
    }
    const auto& [from, upto] = asked.range;
    whole.set("Repr-Digest", repr_digest(sha256_of(whole.body)));
    whole.set("Content-Range",
              fmt::format("bytes {}-{}/{}", from, upto - 1, whole.body.size()));
    whole.status = 206;
    whole.body = whole.body.substr(from, upto - from);
    return whole;
}

}  // namespace server
