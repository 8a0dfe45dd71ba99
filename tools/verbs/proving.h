// What the verbs of the noun `proof` share.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "ledger/proof/policy.h"
#include "tools/cli/tree.h"

namespace tools {

/// `proof stream`.
void add_proof_stream(Tree& tree, CLI::App& noun);

/// Whether the bytes are a proof of a stream's completeness (ledger/proof/completeness.h).
bool is_stream_proof(std::string_view bytes);
/// What a good one shows. Errors: `corrupt` whatever is wrong with it.
base::Result<boost::json::object> check_stream_proof(std::string_view bytes,
                                                     const proof::Policy& policy);

}  // namespace tools
