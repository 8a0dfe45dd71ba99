// Who was ever at an employer, as staff or as a guest: a note for each pair, so that a roster folds
// the people it shows and reads nothing of the employer's own long stream.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "events/ids.h"

namespace projections {

/// Key of the pair; with no talent the prefix of all pairs of the employer.
inline std::string staff_key(const events::Id& employer, const events::Id* talent = nullptr) {
    std::string key = "N";
    key.append(reinterpret_cast<const char*>(employer.bytes.data()), 16);
    if (talent != nullptr) key.append(reinterpret_cast<const char*>(talent->bytes.data()), 16);
    return key;
}

/// REQUIRES: the key is one of a pair.
inline events::Id talent_of_staff(std::string_view key) {
    events::Id talent;
    std::memcpy(talent.bytes.data(), key.data() + 17, 16);
    return talent;
}

}  // namespace projections
