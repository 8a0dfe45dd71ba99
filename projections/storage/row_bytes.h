// A signed row as the bytes of its key and value. Layout: docs/views.md, "Keys".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "projections/rows.h"

namespace projections {

inline constexpr std::size_t row_key_size = 1 + 4 + 8 + 4;

inline void store_u32(char* out, std::uint32_t value) {
    for (int i = 3; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
}

inline void store_u64(char* out, std::uint64_t value) {
    for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
}

/// What the keys of the table's rows of that day begin with. Day 0 is 1970; adding 2^31 lets
/// earlier days sort before later ones. `out` has room for five bytes.
inline void row_prefix(char* out, Table table, std::int32_t day) {
    out[0] = static_cast<char>(table);
    store_u32(out + 1, static_cast<std::uint32_t>(day) + 0x80000000u);
}

/// Key and value of a row without touching the heap.
class EncodedRow {
public:
    explicit EncodedRow(const SignedRow& signed_row) {
        const Row& row = signed_row.row;
        row_prefix(key_, row.table, row.day);
        store_u64(key_ + 5, signed_row.position);
        store_u32(key_ + 13, signed_row.ordinal);
        store_u32(value_, static_cast<std::uint32_t>(signed_row.sign));
        const std::size_t words = words_of(row.table);
        for (std::size_t i = 0; i < words; ++i) store_u32(value_ + 4 + 4 * i, row.cell[i]);
        value_size_ = 4 + 4 * words;
    }
    std::string_view key() const { return {key_, row_key_size}; }
    std::string_view value() const { return {value_, value_size_}; }

private:
    char key_[row_key_size];
    char value_[4 + 4 * Row::words_max];
    std::size_t value_size_;
};

/// The order of keys.
inline bool by_key(const SignedRow& a, const SignedRow& b) {
    return std::tuple(a.row.table, a.row.day, a.position, a.ordinal) <
           std::tuple(b.row.table, b.row.day, b.position, b.ordinal);
}

/// False if the bytes are not those of a row.
bool decode_row(std::string_view key, std::string_view value, SignedRow& out);

}  // namespace projections
