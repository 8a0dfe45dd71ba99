// The part of CBOR (RFC 8949) that receipts need, in its one deterministic spelling. Internal to
// the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proof::cbor {

enum class Major : std::uint8_t {
    number = 0,
    negative = 1,
    bytes = 2,
    text = 3,
    array = 4,
    map = 5,
    tag = 6,
    simple = 7
};

std::string head(Major major, std::uint64_t argument);
std::string integer(std::int64_t value);
std::string bytes(std::string_view value);
std::string text(std::string_view value);
inline constexpr std::string_view nil = "\xf6";

/// Reads items in order; after the first that is not as asked, everything fails.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    /// The argument of the next head if it is of this kind, in its shortest spelling.
    std::optional<std::uint64_t> take_head(Major major);
    bool take_integer(std::int64_t value);
    std::optional<std::string_view> take_bytes();
    bool take(std::string_view exact);
    bool at_end() const { return good_ && rest_.empty(); }
    bool good() const { return good_; }

private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace proof::cbor
