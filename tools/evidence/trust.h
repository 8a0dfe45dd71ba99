// Whom to believe, as people give it.
#pragma once

#include <string_view>

#include "events/base/result.h"
#include "tools/evidence/pack.h"

namespace evidence {

/// By the text of a tlog-policy file. Fails with `invalid` E_POLICY.
base::Result<Trust> trust_in_policy(std::string_view text);
/// By one verifier key, or several a line each; no witness is asked for.
/// Fails with `invalid` E_VERIFIER_KEY.
base::Result<Trust> trust_in_keys(std::string_view text);

}  // namespace evidence
