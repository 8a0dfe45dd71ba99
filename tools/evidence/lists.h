// Names of codes, from the code lists of a pack.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tools/evidence/zip.h"

namespace evidence {

/// Lifetime: keeps what it needs.
class Names {
public:
    /// Reads `code_lists/*.csv`; a list that cannot be read has no names.
    explicit Names(const Files& files);

    struct Name {
        std::string zh, en;  ///< either may be empty
    };
    /// Null if the list does not know the code, or if there is no such list.
    const Name* find(std::string_view list, std::string_view code) const;

private:
    std::map<std::string, std::map<std::string, Name, std::less<>>, std::less<>> lists_;
};

}  // namespace evidence
