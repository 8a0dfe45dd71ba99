// Where a long check stopped, kept in a file so that it can go on.
//
//   verify-cursor/v1 SHA-256 of what follows, in hex LF | about LF | size of the note LF | note
//   | where the pass is (ledger/log_pass.h)
#pragma once

#include <optional>
#include <string>

#include "events/base/result.h"

namespace tools {

struct VerifyCursor {
    std::string about;  ///< log and options, one line: another check must not go on from it
    std::string note;   ///< the checkpoint that is checked against; empty for a data folder
    std::string state;

    /// Nothing if there is no such file. Fails with `invalid` E_BAD_CURSOR.
    static base::Result<std::optional<VerifyCursor>> load(const std::string& file);
    base::Result<void> save(const std::string& file) const;
};

}  // namespace tools
