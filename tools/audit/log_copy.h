// One log as an auditor gets hold of it: over a server's port, in a data folder, or as a folder of
// tiles. What it hands out is believed by nobody; it is checked by whoever asks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/note.h"
#include "ledger/proof/tile_path.h"

namespace tools {

/// Threads: one at a time.
/// Errors:  `not_found` where the copy does not have what was asked for (E_NO_TILE,
///          E_NO_CHECKPOINT); otherwise those of the place it lies in.
class LogCopy {
public:
    virtual ~LogCopy() = default;

    /// The newest published note. `not_found` E_NO_CHECKPOINT if there is none.
    virtual base::Result<std::string> checkpoint() = 0;
    /// The hashes or entries that the path names, and no more: where a partial tile is gone because
    /// the full one exists, its part of that. A damaged copy may give fewer.
    virtual base::Result<std::string> tile(const proof::TilePath& path) = 0;
    /// The keys that the log says are its own, the newest first: for those who have not been told
    /// by anybody else.
    virtual base::Result<std::vector<proof::VerifierKey>> verifiers() = 0;
    /// A tlog-policy, as the log itself proposes it.
    virtual base::Result<std::string> policy() = 0;
    /// Where this is, for people: `http://127.0.0.1:7400/log/`.
    virtual std::string describe() const = 0;
};

/// What a note states, whoever signed it. Fails with `invalid` E_NOTE, E_CHECKPOINT.
base::Result<proof::Checkpoint> checkpoint_in(std::string_view note);

/// One key for each line. Fails with `invalid` E_VERIFIER_KEY.
base::Result<std::vector<proof::VerifierKey>> parse_verifiers(std::string_view lines);

/// At most `path.width` hashes or entries of what was read.
std::string cut_tile(const proof::TilePath& path, std::string bytes);

}  // namespace tools
