// What is kept of the views bears the position it rests on, part by part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "events/ids.h"

namespace projections {

/// Everything stored that is written once and never again, by the first bytes of its keys
/// (docs/views.md, "Keys"). An entry belongs to the last event of the command that brought it; the
/// agenda and the standing breaches are not among them: they say only what holds now.
struct Part {
    std::string_view prefix;
    std::string_view name;
    std::size_t key_size;  ///< keys of one part are equally long

    static constexpr std::size_t count = 12;
    static const std::array<Part, count>& all();
    /// Index of the part the key belongs to; nothing for other keys.
    static std::optional<std::size_t> of(std::string_view key);
};

/// The position an entry bears. Nothing if the entry has not the shape of its part.
std::optional<std::uint64_t> position_of(std::size_t part, std::string_view key,
                                         std::string_view value);

/// A view and what its answers rest on.
struct ViewParts {
    std::string_view name;
    std::string_view prefixes;  ///< of parts, separated by blanks
    /// Prefix of notes that hold now and are replaced; empty if there are none.
    std::string_view current = {};

    static const std::array<ViewParts, 11>& all();
    bool rests_on(std::size_t part) const;
};

}  // namespace projections
