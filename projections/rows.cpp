#include "projections/rows.h"

namespace projections {

namespace {

/// The lowest `count` set bits of `mask`.
Word lowest(Word mask, std::int64_t count) {
    Word out = 0;
    for (; count > 0 && mask != 0; --count) {
        const Word bit = mask & (~mask + 1);
        out |= bit;
        mask ^= bit;
    }
    return out;
}

}  // namespace

std::int64_t share_of(std::int64_t total, Word all, Word some) {
    if (some == all) return total;
    const std::int64_t days = std::popcount(all);
    if (days == 0 || some == 0) return 0;
    const Word one_more = lowest(all, total % days);
    return total / days * std::popcount(some) + std::popcount(some & one_more);
}

}  // namespace projections
