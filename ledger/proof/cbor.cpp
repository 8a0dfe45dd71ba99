#include "ledger/proof/cbor.h"

#include "ledger/proof/text.h"

namespace proof::cbor {
namespace {

constexpr unsigned one_byte_follows = 24;

/// How many bytes of argument follow a head whose low bits are these.
int bytes_after(unsigned low) {
    return low < one_byte_follows ? 0 : 1 << (low - one_byte_follows);
}

}  // namespace

std::string head(Major major, std::uint64_t argument) {
    unsigned low = one_byte_follows + 3;
    if (argument < one_byte_follows)
        low = static_cast<unsigned>(argument);
    else if (argument < 1ull << 8)
        low = one_byte_follows;
    else if (argument < 1ull << 16)
        low = one_byte_follows + 1;
    else if (argument < 1ull << 32)
        low = one_byte_follows + 2;
    std::string out(1, static_cast<char>(static_cast<unsigned>(major) << 5 | low));
    put_be(out, argument, bytes_after(low));
    return out;
}

std::string integer(std::int64_t value) {
    return value >= 0 ? head(Major::number, static_cast<std::uint64_t>(value))
                      : head(Major::negative, static_cast<std::uint64_t>(-1 - value));
}

std::string bytes(std::string_view value) {
    return head(Major::bytes, value.size()) += value;
}

std::string text(std::string_view value) {
    return head(Major::text, value.size()) += value;
}

std::optional<std::uint64_t> Reader::take_head(Major major) {
    if (!good_ || rest_.empty()) return good_ = false, std::nullopt;
    const auto first = static_cast<unsigned char>(rest_[0]);
    const unsigned low = first & 0x1f;
    if (first >> 5 != static_cast<unsigned>(major) || low > one_byte_follows + 3) {
        return good_ = false, std::nullopt;
    }
    const int size = bytes_after(low);
    if (rest_.size() < 1u + static_cast<unsigned>(size)) return good_ = false, std::nullopt;
    const std::uint64_t argument = size == 0 ? low : get_be(rest_.substr(1), size);
    if (!rest_.starts_with(head(major, argument))) return good_ = false, std::nullopt;
    rest_.remove_prefix(1u + static_cast<unsigned>(size));
    return argument;
}

bool Reader::take_integer(std::int64_t value) {
    return take(integer(value));
}

std::optional<std::string_view> Reader::take_bytes() {
    const auto size = take_head(Major::bytes);
    if (!size) return std::nullopt;
    if (*size > rest_.size()) return good_ = false, std::nullopt;
    const auto out = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return out;
}

bool Reader::take(std::string_view exact) {
    if (!good_ || !rest_.starts_with(exact)) return good_ = false;
    rest_.remove_prefix(exact.size());
    return true;
}

}  // namespace proof::cbor
