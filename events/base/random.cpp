#include "events/base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>

#include "events/base/ensure.h"

namespace base {
namespace {

void draw(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        // Reads of up to 256 bytes are never cut short; longer ones may be.
        const auto got = ::getrandom(out.data(), std::min<std::size_t>(out.size(), 256), 0);
        ENSURE(got > 0, "the system's random generator answers");
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
    if (out.size() > pool_.size()) return draw(out);
    if (pool_.size() - used_ < out.size()) {
        draw(pool_);
        used_ = 0;
    }
    std::memcpy(out.data(), pool_.data() + used_, out.size());
    // A byte handed out is not kept: a key must not linger here.
    std::memset(pool_.data() + used_, 0, out.size());
    used_ += out.size();
}

}  // namespace base
