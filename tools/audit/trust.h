// Whether a checkpoint is to be believed, and on whose word.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ledger/proof/policy.h"
#include "tools/audit/log_copy.h"

namespace tools {

/// What an auditor keeps from one time to the next (`--since FILE`): keys and the newest
/// checkpoint that was found good. JSON: {"keys": [vkey ...], "note": "..."}.
struct AuditMemory {
    std::vector<proof::VerifierKey> keys;
    std::string note;

    /// Nothing if there is no such file. Fails with `invalid` E_BAD_MEMORY.
    static base::Result<std::optional<AuditMemory>> load(const std::string& file);
    base::Result<void> save(const std::string& file) const;
};

struct TrustOptions {
    std::string policy_file;
    std::vector<std::string> keys;  ///< vkey texts
};

struct Judged {
    proof::SignedCheckpoint checkpoint;
    proof::VerifierKey key;  ///< that signed it
    std::vector<proof::Policy::Seen> cosigned;
    std::string basis;       ///< why it is believed, one sentence
    bool first_use = false;  ///< nobody but the log itself vouches for the key
    /// The key is none of those trusted: one of them must have handed over to it, on record.
    std::vector<proof::VerifierKey> must_descend_from;
};

/// By policy, else by the keys given, else by those remembered, else by those that the log says
/// are its own.
/// Errors: `corrupt` E_SIGNATURE, E_QUORUM, E_ORIGIN; `invalid` E_NOT_SIGNED, E_POLICY,
///         E_VERIFIER_KEY, E_NO_FILE; those of the copy.
base::Result<Judged> judge(std::string_view note, LogCopy& copy, const TrustOptions& options,
                           const std::optional<AuditMemory>& memory);

/// [{witness, time}], as reports have it.
boost::json::array cosigned_json(const std::vector<proof::Policy::Seen>& cosigned);

/// A policy of the file, or of the keys with quorum none; nothing if neither is given.
base::Result<std::optional<proof::Policy>> policy_of(const TrustOptions& options);

}  // namespace tools
