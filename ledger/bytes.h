// Big-endian numbers of fixed width, so that keys sort as the numbers do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "events/base/ensure.h"
#include "events/ids.h"

namespace ledger {

template <class Number>
void append_number(std::string& out, Number number) {
    for (std::size_t shift = sizeof(Number) * 8; shift > 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> (shift - 8))));
    }
}

inline void append_bytes(std::string& out, std::span<const std::uint8_t> bytes) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Takes fixed-width values off the front. After an overrun `ok` is false and values are zero.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    template <class Number>
    Number number() {
        Number out = 0;
        for (const char c : take(sizeof(Number))) {
            out = static_cast<Number>(static_cast<std::uint64_t>(out) << 8 |
                                      static_cast<std::uint8_t>(c));
        }
        return out;
    }
    template <std::size_t N>
    std::array<std::uint8_t, N> array() {
        std::array<std::uint8_t, N> out{};
        const auto bytes = take(N);
        if (bytes.size() == N) std::memcpy(out.data(), bytes.data(), N);
        return out;
    }
    std::string_view take(std::size_t size) {
        if (rest_.size() < size) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const auto out = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return out;
    }
    std::string_view rest() const { return rest_; }
    bool ok() const { return ok_; }
    /// Everything was there and nothing is left over.
    bool finished() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace ledger
