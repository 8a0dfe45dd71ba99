// What a request's head must not contain, beyond what the parser refuses.
#pragma once

#include <string>
#include <string_view>

#include "events/base/result.h"
#include "server/message.h"

namespace server {

/// The refusal of a request whose bytes cannot be understood: `invalid` E_BAD_REQUEST.
base::Error bad_request(std::string what);

/// Fails with `invalid` E_BAD_REQUEST where two readers could understand the bytes differently:
/// bare line feeds and carriage returns, zero bytes, folded lines. Looks at what has come so far.
base::Result<void> judge_head_bytes(std::string_view head);

/// Fields on which the meaning of the whole request hangs must be there once and be plain.
/// Fails with `invalid` E_BAD_REQUEST, E_TRANSFER_CODING. `version`: 10 or 11.
base::Result<void> judge_fields(const Request& request, unsigned version);

/// The text with its ASCII letters in lower case.
std::string lower(std::string_view text);

}  // namespace server
