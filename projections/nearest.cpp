#include "projections/nearest.h"

#include "events/edit_distance.h"

namespace projections {

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t least = word.size() / 2 + 2;
    // A parameter is a short word; a long one is not a slip of the pen.
    if (word.size() > 64) return best;
    for (std::string_view name : names) {
        const std::size_t changed = events::edit_distance(word, name);
        if (changed < least) {
            least = changed;
            best = name;
        }
    }
    return best;
}

}  // namespace projections
