// Names of the resources of the tiles API (C2SP tlog-tiles), both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proof {

inline constexpr std::uint64_t tile_width = 256;

/// One hash tile or entry bundle. `tile/2/x001/000`, `tile/entries/273.p/112`.
struct TilePath {
    bool entries = false;
    std::uint8_t level = 0;  ///< 0 to 63; 0 for entries
    std::uint64_t index = 0;
    std::uint16_t width = tile_width;  ///< 1 to 255 of a partial one

    bool is_partial() const { return width < tile_width; }
    std::string text() const;
    /// Nothing for anything but the one right spelling.
    static std::optional<TilePath> parse(std::string_view text);
    bool operator==(const TilePath&) const = default;
};

/// How many hashes, or entries, a tree of `size` leaves has at `path`: 0 if there is no such tile.
std::uint16_t width_in(const TilePath& path, std::uint64_t size);

}  // namespace proof
