// Random bytes. Every build draws keys, nonces, salts and ids from the system's generator; only
// code under tests/ hands in another source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace base {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    template <std::size_t N>
    std::array<std::uint8_t, N> bytes() {
        std::array<std::uint8_t, N> out;
        fill(out);
        return out;
    }
};

/// The kernel's generator (getrandom(2)), read in blocks.
/// Threads: not synchronised; one thread owns it.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;

private:
    std::array<std::uint8_t, 4096> pool_;
    std::size_t used_ = sizeof(pool_);
};

}  // namespace base
