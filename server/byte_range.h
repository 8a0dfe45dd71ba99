// Parts of a body whose bytes never change (RFC 9110, section 14): one range at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/route.h"

namespace server {

/// The bytes [from, upto) of a body.
struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t upto = 0;
    bool operator==(const ByteRange&) const = default;
};

/// What a `Range` value asks for: `bytes=0-31`, `bytes=32-`, `bytes=-32`.
struct RangeAsked {
    enum class Kind {
        whole,        ///< several ranges, another unit, or no range at all: a server may ignore it
        part,         ///< `range` of it
        unsatisfiable ///< none of the bytes is there
    };
    Kind kind = Kind::whole;
    ByteRange range = {};

    static RangeAsked parse(std::string_view value, std::uint64_t size);
    bool operator==(const RangeAsked&) const = default;
};

/// The part of a whole 200 answer that a GET asks for: 206, as it is and not compressed, with a
/// digest of the whole. The answer itself where nothing asks for a part, where `If-Range` names
/// another tag, or where `If-None-Match` says that the caller has it already.
/// REQUIRES: `whole` has a strong `ETag`.
/// Errors: `invalid` E_RANGE, with the size in `Content-Range`.
base::Result<Response> part_of(const Call& call, Response whole);

}  // namespace server
