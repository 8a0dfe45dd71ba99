// SHA-256 of something large, once.
#pragma once

#include <string_view>

#include "events/ids.h"

namespace tools {

events::Hash sha256(std::string_view bytes);
/// SHA-256(0x00 ‖ bytes): a leaf of the log's tree (RFC 6962).
events::Hash leaf_hash(std::string_view bytes);
/// SHA-256(0x01 ‖ left ‖ right).
events::Hash node_hash(const events::Hash& left, const events::Hash& right);
/// The first 16 bytes of a hash as an id.
events::Id id_of(const events::Hash& hash);

}  // namespace tools
