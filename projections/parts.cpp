#include "projections/parts.h"

#include "projections/storage/row_bytes.h"
#include "projections/storage/store.h"

namespace projections {

namespace {

constexpr std::size_t part_id_size = 16;

constexpr std::array<Part, Part::count> parts{{
    {"H", "homes", row_key_size},
    {"M", "moves", row_key_size},
    {"U", "service", row_key_size},
    {"B", "breaches", row_key_size},
    {"Dt", "texts", 2 + 4},
    {"Dp", "places", 2 + 4},
    {"Dx", "traits", 2 + 4},
    {"E", "employers", 1 + part_id_size + 8},
    {"R", "reference", 1 + 8},
    {"N", "staff", 1 + 2 * part_id_size},
    {"K", "kin", 1 + part_id_size + 8},
    {"P", "planned", 1 + 4 + part_id_size},
}};

constexpr std::array<ViewParts, 11> views{{
    {"stock", "H Dp Dx E R"},
    {"flow-matrix", "M Dt Dp Dx E R"},
    {"use-matrix", "U Dt Dp Dx E R"},
    {"net-inflow", "H M Dt Dp Dx E R"},
    {"breaches", "B Dt"},
    {"dossier", "E R"},
    {"roster", "N E R"},
    {"calendar", "R"},
    {"upkeep", "K P"},
    {"agenda", "", "A"},
    {"standing-breaches", "", "Q"},
}};

bool is_row(std::string_view prefix) {
    return prefix == "H" || prefix == "M" || prefix == "U" || prefix == "B";
}

/// Notes whose key ends with the size of the log from which on they hold.
bool is_versioned(std::string_view prefix) {
    return prefix == "E" || prefix == "R" || prefix == "K";
}

}  // namespace

const std::array<Part, Part::count>& Part::all() {
    return parts;
}

std::optional<std::size_t> Part::of(std::string_view key) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (key.starts_with(parts[i].prefix)) return i;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> position_of(std::size_t part, std::string_view key,
                                         std::string_view value) {
    const Part& of = parts[part];
    if (key.size() != of.key_size) return std::nullopt;
    if (is_row(of.prefix)) return get_u64(key.substr(5));
    if (is_versioned(of.prefix)) {
        const std::uint64_t size = get_u64(key.substr(key.size() - 8));
        return size == 0 ? std::nullopt : std::optional(size - 1);
    }
    if (value.size() < 8) return std::nullopt;
    return get_u64(value);
}

const std::array<ViewParts, 11>& ViewParts::all() {
    return views;
}

bool ViewParts::rests_on(std::size_t part) const {
    const std::string_view wanted = parts[part].prefix;
    for (std::string_view rest = prefixes; !rest.empty();) {
        const auto blank = rest.find(' ');
        if (rest.substr(0, blank) == wanted) return true;
        if (blank == std::string_view::npos) break;
        rest.remove_prefix(blank + 1);
    }
    return false;
}

}  // namespace projections
