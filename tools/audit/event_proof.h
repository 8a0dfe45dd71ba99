// The proof of one event in the four forms that are in use, told apart by their first bytes.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/proof/policy.h"
#include "ledger/proof/tlog_proof.h"

namespace tools {

enum class ProofForm { json, tlog_proof, spicy, cose };

std::string_view name_of(ProofForm form);
std::optional<ProofForm> parse_proof_form(std::string_view name);
/// By content; nothing for what is none of them.
std::optional<ProofForm> recognise_proof(std::string_view bytes);

/// {position, size, leaf, path, root, checkpoint}: hashes in hex, the note verbatim.
boost::json::object proof_json(const proof::TlogProof& made, const proof::Checkpoint& checkpoint,
                               const proof::Hash& leaf);

/// What a good proof shows.
struct ShownProof {
    ProofForm form = ProofForm::json;
    std::optional<std::uint64_t> position;     ///< a receipt does not sign it
    std::optional<proof::Checkpoint> checkpoint;
    proof::Hash root{};
    proof::Hash leaf{};
    std::vector<proof::Policy::Seen> cosigned;
};

/// `leaf` nothing: a JSON proof names its own.
/// Errors: `corrupt` whatever is wrong with the proof, E_PROOF, E_INCLUSION, E_SIGNATURE,
///         E_NOT_SIGNED, E_QUORUM; `invalid` E_USAGE where a leaf is needed.
base::Result<ShownProof> check_event_proof(std::string_view bytes,
                                           const std::optional<proof::Hash>& leaf,
                                           const proof::Policy& policy);

/// Whoever hands in a proof that does not hold has been handed something that is not what it
/// claims to be, malformed or not: the fault becomes `corrupt`.
base::Error false_proof(base::Error error);

}  // namespace tools
