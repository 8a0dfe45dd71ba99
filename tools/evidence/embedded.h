// Schema and code lists as this program knows them: they go into a pack, and are compared with
// those of a pack.
#pragma once

#include <string_view>
#include <vector>

namespace evidence {

struct Embedded {
    std::string_view name;  ///< in a pack, `schema/event.bfbs`
    std::string_view bytes;
};

/// Sorted by name.
const std::vector<Embedded>& embedded_files();

}  // namespace evidence
