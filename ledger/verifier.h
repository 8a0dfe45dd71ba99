// Reads the whole log again and believes nothing: what `talentctl verify` calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "events/ids.h"
#include "ledger/ledger.h"
#include "ledger/log_pass.h"

namespace ledger {

/// What was checked, and the first thing that is not as it must be.
struct Verification {
    using Fault = EntryFault;

    std::uint64_t events = 0;
    std::uint64_t blocks = 0;
    std::uint64_t sealed_parts = 0;   ///< opened with their keys
    std::uint64_t erased_parts = 0;   ///< whose key or ciphertext is gone
    std::uint64_t streams = 0;
    events::Hash root{};              ///< recomputed from every event
    std::vector<std::string> skipped; ///< what this copy has not the means to check, as sentences
    std::optional<Fault> fault;       ///< nothing if all is well
};

struct VerifyOptions {
    unsigned jobs = 1;                  ///< threads that read events, hash and open
    bool sealed = true;                 ///< the ciphertexts beside the events
    bool index = true;                  ///< and what is derived in the log's own database
    EventObserver* observer = nullptr;  ///< sees every good event
    /// In: where an earlier run stopped, empty for the beginning. Out: where this one did.
    std::string* cursor = nullptr;
};

/// Re-reads every event up to the head: form, position, event id, one recorded_at per command that
/// never decreases, dense revisions in every stream, sealed parts against digests and
/// commitments, leaf hashes and tree against tiles, block records and head, and the index with
/// its marks of event types against all of it. Stops at the first fault. Standings and views are
/// for the caller.
/// `progress` is called now and then with the number of events read and their total.
/// Bounds: some 40 bytes of memory per stream.
/// Fails with `cancelled` E_STOPPING when `stop` becomes true, `invalid` E_BAD_CURSOR for a cursor
/// that is none.
base::Result<Verification> verify(const Ledger& ledger, const VerifyOptions& options,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop);
base::Result<Verification> verify(const Ledger& ledger,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop);

}  // namespace ledger
