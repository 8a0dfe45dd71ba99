// What an import remembers beside its file, so that a second run goes on where the first stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "events/base/result.h"
#include "events/ids.h"

namespace tools {

struct Cursor {
    std::string digest;       ///< SHA-256 of file and mapping
    events::Id seed;          ///< ids of commands and rows are derived from it and the line
    std::uint64_t items = 0;  ///< that are done with
    std::uint64_t recorded = 0;
    std::uint64_t replayed = 0;
    std::map<std::string, std::uint64_t> refused;  ///< by code
    std::uint64_t next = 0;                        ///< position after the last event recorded
    bool finished = false;

    std::uint64_t refused_total() const;

    /// Nothing if there is no such file. Fails with `invalid` E_BAD_CURSOR.
    static base::Result<std::optional<Cursor>> load(const std::filesystem::path& file);
    /// Written beside and moved into place, so that a stop in the middle loses nothing.
    base::Result<void> save(const std::filesystem::path& file) const;
};

}  // namespace tools
