// The two hashes of an RFC 6962 tree.
#pragma once

#include <initializer_list>
#include <string_view>

#include "events/ids.h"

namespace proof {

using events::Hash;

/// SHA-256 of the parts put together.
Hash sha256(std::initializer_list<std::string_view> parts);
/// SHA-256(0x00 ‖ entry). RFC 6962 section 2.1.
Hash leaf_hash(std::string_view entry);
/// SHA-256(0x01 ‖ left ‖ right).
Hash node_hash(const Hash& left, const Hash& right);
/// Root of no leaves at all: SHA-256 of nothing.
Hash empty_root();
std::string_view bytes_of(const Hash& hash);

}  // namespace proof
