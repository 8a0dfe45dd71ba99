// The notes that a signing folder has kept, held against the log beside it.
#pragma once

#include "tools/audit/folder_log.h"
#include "tools/audit/recorded_proofs.h"
#include "tools/offline/verify.h"

namespace tools {

/// Every remembered note, the published one and the one signed last: signed by a key that the log
/// has handed over to, of a size that the log has, with its root there. Keys must follow each
/// other as the log has recorded. A fault names the size up to which all is well.
CheckResult check_kept(const ledger::Ledger& ledger, const ledger::SigningFolder& signing,
                       const RecordedProofs& recorded);

}  // namespace tools
