// A file as a row of commands, each with the line it stands on.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/ids.h"
#include "tools/load/mapping.h"

namespace tools {

/// One command to be sent.
struct Item {
    std::size_t line = 0;
    std::string json;                             ///< in one line
    std::string_view input;                       ///< as it stands in the file
    std::map<std::string, std::string> headings;  ///< JSON pointer → column, for CSV
    std::string actor;                            ///< empty: that of the session
};

/// Lifetime: the text must outlive it.
class Items {
public:
    virtual ~Items() = default;
    /// False at the end.
    virtual base::Result<bool> next(Item& item) = 0;
};

/// One command per line; empty lines are passed over. A line `{"ledgeractor":"id=…; role=P"}` says
/// who asks from there on.
std::unique_ptr<Items> ndjson_items(std::string_view text);

/// One command per row. Ids are SHA-256 of `seed` and the line, so a second run sends the same.
/// Fails with `invalid` E_BAD_CSV, E_BAD_MAPPING.
base::Result<std::unique_ptr<Items>> csv_items(std::string_view text, Mapping mapping,
                                               const events::Id& seed);

/// Number of lines, for the progress bar.
std::size_t count_lines(std::string_view text);

}  // namespace tools
