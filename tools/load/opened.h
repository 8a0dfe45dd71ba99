// The file of an import as text, and what its commands are made from.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "events/base/result.h"
#include "tools/load/import.h"
#include "tools/load/items.h"
#include "tools/load/mapping.h"

namespace tools {

struct Opened {
    std::string text;
    std::string digest;  ///< SHA-256 of file and mapping
    std::optional<Mapping> mapping;

    /// Fails with `not_found` E_NO_FILE, `invalid` E_BAD_TEXT, E_BAD_MAPPING, E_USAGE.
    static base::Result<Opened> open(Session& session, const ImportOptions& options);
    /// Lifetime: this must outlive the items.
    base::Result<std::unique_ptr<Items>> items(const events::Id& seed) const {
        if (mapping) return csv_items(text, *mapping, seed);
        return ndjson_items(text);
    }
};

/// The column that a JSON pointer leads to, or the pointer itself.
std::string place_of(const Item& item, const std::string& pointer);

}  // namespace tools
