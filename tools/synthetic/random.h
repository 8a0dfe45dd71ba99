// The generator's own source of chance: the same numbers on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "events/ids.h"

namespace synthetic {

/// One step of splitmix64: also a good mixer of counters.
constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// What an id belongs to; the first byte of the hash's input.
enum class Space : std::uint64_t { talent = 1, employer, site, process, command, actor, pilot };

/// An id that looks random and is the same for the same seed.
inline events::Id id_of(std::uint64_t seed, Space space, std::uint64_t number) {
    const std::uint64_t a = mix(seed ^ mix(static_cast<std::uint64_t>(space) << 56 ^ number));
    const std::uint64_t b = mix(a ^ mix(number));
    events::Id id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(a >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<std::uint8_t>(b >> (56 - 8 * i));
    }
    return id;
}

/// xoshiro256** (Blackman and Vigna), seeded with splitmix64.
class Chance {
public:
    explicit Chance(std::uint64_t seed) {
        for (auto& word : state_) word = seed = mix(seed);
    }

    std::uint64_t next() {
        const std::uint64_t out = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotate(state_[3], 45);
        return out;
    }
    /// 0 to n-1; the bias of a modulus is far below anything counted here. REQUIRES: n > 0.
    std::uint64_t below(std::uint64_t n) { return (next() >> 11) % n; }
    /// From `least` to `most`, both included.
    int between(int least, int most) {
        return least + static_cast<int>(below(static_cast<std::uint64_t>(most - least + 1)));
    }
    /// True once in a million, times `millionths`.
    bool happens(std::int64_t millionths) {
        return static_cast<std::int64_t>(below(1'000'000)) < millionths;
    }
    /// About lognormal, sigma in thousandths: `median` times a power of two whose exponent is a
    /// sum of twelve draws (nearly normal). Fixed point and one fixed cubic polynomial: no
    /// mathematical library decides, so it is the same in every build.
    std::int64_t lognormal(std::int64_t median, int sigma_permille) {
        constexpr std::int64_t one = 1 << 16, log2_of_e = 94'548;
        std::int64_t normal = -6 * one;
        for (int i = 0; i < 12; ++i) normal += static_cast<std::int64_t>(below(one));
        const std::int64_t power = (normal * sigma_permille / 1'000 * log2_of_e) >> 16;
        const std::int64_t whole = power >> 16, part = power & (one - 1);
        // 2^x on [0, 1): 1 + 0.69550 x + 0.22612 x^2 + 0.07838 x^3, right to a few in 100,000.
        const std::int64_t cubic = 14'819 + ((5'137 * part) >> 16);
        const std::int64_t factor = one + ((part * (45'580 + ((cubic * part) >> 16))) >> 16);
        const std::int64_t out = median * factor;
        return whole >= 0 ? (out << whole) >> 16 : out >> (16 - whole);
    }
    /// Index drawn with these weights. REQUIRES: at least one weight is positive.
    std::size_t weighted(const std::vector<std::int64_t>& weights) {
        std::int64_t sum = 0;
        for (const auto weight : weights) sum += weight;
        auto left = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(sum)));
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (left < weights[i]) return i;
            left -= weights[i];
        }
        return weights.size() - 1;
    }

private:
    static std::uint64_t rotate(std::uint64_t x, int k) { return x << k | x >> (64 - k); }

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace synthetic
