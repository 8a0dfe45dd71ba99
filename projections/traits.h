// What the counted views know of a person beside the place: the fields one can slice by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/codes/code_lists.h"
#include "events/rules/person.h"

namespace projections {

/// Empty texts and zeros mean "not known" and are shown as null.
struct Traits {
    std::string category;
    std::string degree;       ///< level of the degree: first digit, or a three-digit extension
    std::string title_level;  ///< the highest of the titles held
    int sex = 0;
    int birth_year = 0;
    std::string team;         ///< of the home post, empty without one
    int staffing = 0;
    std::vector<std::string> skills;

    static Traits unpack(std::string_view packed);
};

/// Packs traits straight from a person, without building them first.
/// Threads: one thread owns it. Lifetime: codes must outlive it.
class TraitsPacker {
public:
    explicit TraitsPacker(const events::CodeLists& codes) : codes_(&codes) {}

    /// Traits of the person on `day`; `home` is the home on that day, or null.
    /// The text is valid until the next call.
    std::string_view pack(const events::Person& person, const events::Affiliation* home,
                          events::Date day);

private:
    int title_rank(const std::string& code);

    const events::CodeLists* codes_;
    std::unordered_map<std::string, int> ranks_;
    std::string packed_;
};

}  // namespace projections
