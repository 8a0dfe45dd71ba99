#include "projections/nearest.h"

#include <algorithm>
#include <numeric>

namespace projections {

namespace {

/// Letters to insert, delete or replace to get from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t least = word.size() / 2 + 2;
    // A parameter is a short word; a long one is not a slip of the pen.
    if (word.size() > 64) return best;
    for (std::string_view name : names) {
        const std::size_t changed = distance(word, name);
        if (changed < least) {
            least = changed;
            best = name;
        }
    }
    return best;
}

}  // namespace projections
