// What the routes under /log/ show: a signed tree with its entries. The ledger is one; the test of
// the published log brings another.
#pragma once

#include <cstdint>
#include <string>

#include "events/base/result.h"
#include "ledger/proof/tile_path.h"

namespace server {

/// Threads: safe from any.
class LogSource {
public:
    virtual ~LogSource() = default;

    /// The newest published note; empty before the first.
    virtual std::string checkpoint() const = 0;
    /// Entries that it covers.
    virtual std::uint64_t size() const = 0;
    /// Verifier keys, one line each, the newest first.
    virtual std::string verifiers() const = 0;
    /// A tlog-policy by which a note of this log can be judged.
    virtual std::string policy() const = 0;
    /// Hashes or entries of a tile. REQUIRES: path.width <= width_in(path, size()).
    virtual base::Result<std::string> tile(const proof::TilePath& path) const = 0;
};

}  // namespace server
