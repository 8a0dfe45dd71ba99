#include "ledger/proof/tile_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::uint8_t level_max = 63;

/// 1234067 → `x001/x234/067`.
std::string grouped(std::uint64_t index) {
    std::string out = fmt::format("{:03}", index % 1'000);
    for (index /= 1'000; index > 0; index /= 1'000)
        out = fmt::format("x{:03}/{}", index % 1'000, out);
    return out;
}

std::optional<std::uint64_t> three_digits(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// Takes the index off `rest`; what follows the last group stays.
std::optional<std::uint64_t> take_index(std::string_view& rest) {
    std::uint64_t index = 0;
    for (int groups = 0; groups < 6; ++groups) {
        const bool more = rest.starts_with('x');
        if (more) rest.remove_prefix(1);
        const auto group = three_digits(rest.substr(0, 3));
        if (!group) return std::nullopt;
        // A leading group of zeros is another spelling of a shorter path.
        if (more && groups == 0 && *group == 0) return std::nullopt;
        index = index * 1'000 + *group;
        rest.remove_prefix(3);
        if (!more) return index;
        if (!rest.starts_with('/')) return std::nullopt;
        rest.remove_prefix(1);
    }
    return std::nullopt;
}

bool take(std::string_view& rest, std::string_view start) {
    if (!rest.starts_with(start)) return false;
    rest.remove_prefix(start.size());
    return true;
}

}  // namespace

std::string TilePath::text() const {
    auto out = entries ? "tile/entries/" + grouped(index)
                       : fmt::format("tile/{}/{}", level, grouped(index));
    if (is_partial()) out += fmt::format(".p/{}", width);
    return out;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
    TilePath out;
    if (!take(text, "tile/")) return std::nullopt;
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto level = text.substr(0, slash);
    out.entries = level == "entries";
    if (!out.entries) {
        const auto number = decimal(level);
        if (!number || *number > level_max) return std::nullopt;
        out.level = static_cast<std::uint8_t>(*number);
    }
    text.remove_prefix(slash + 1);
    const auto index = take_index(text);
    if (!index) return std::nullopt;
    out.index = *index;
    if (text.empty()) return out;
    if (!take(text, ".p/")) return std::nullopt;
    const auto width = decimal(text);
    if (!width || *width == 0 || *width >= tile_width) return std::nullopt;
    out.width = static_cast<std::uint16_t>(*width);
    return out;
}

std::uint16_t width_in(const TilePath& path, std::uint64_t size) {
    const unsigned shift = 8u * path.level;
    const std::uint64_t hashes = shift < 64 ? size >> shift : 0;
    if (path.index >= (hashes + tile_width - 1) / tile_width) return 0;
    return static_cast<std::uint16_t>(
        std::min<std::uint64_t>(tile_width, hashes - path.index * tile_width));
}

}  // namespace proof
