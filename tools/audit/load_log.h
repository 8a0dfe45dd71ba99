// A log brought here whole, from wherever a copy of it lies, and held against its checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"
#include "tools/audit/copied_log.h"
#include "tools/audit/log_copy.h"

namespace tools {

/// The copy's newest note, once it covers `size` events: a server publishes within a second or so
/// and is asked again for a while. Errors: those of the copy; `invalid` E_NOTE, E_CHECKPOINT;
/// `overloaded` E_NOT_PUBLISHED.
base::Result<std::string> note_covering(LogCopy& copy, std::uint64_t size);

/// The first `size` events, from the entry bundles: what is given is what the checkpoint signs.
/// `progress` gets the number of events read; false stops with `cancelled` E_INTERRUPTED.
/// REQUIRES: size ≤ checkpoint.size, and the checkpoint has been judged.
/// Errors: those of the copy; `corrupt` E_EVENT_BYTES, E_VERIFY.
base::Result<std::unique_ptr<CopiedLog>> load_log(
    LogCopy& copy, const proof::Checkpoint& checkpoint, std::uint64_t size,
    const std::function<bool(std::uint64_t)>& progress);

}  // namespace tools
