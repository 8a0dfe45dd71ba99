// The words for places and things: distinct types, so that two integers are never swapped.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/schema/common_generated.h"

namespace events {

/// Opaque 128-bit identifier, written as 32 lower-case hexadecimal digits.
struct Id {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Id&) const = default;
    bool is_zero() const { return *this == Id{}; }
    std::string text() const;
    /// Accepts 32 hexadecimal digits, or a UUID with dashes; any case.
    static std::optional<Id> parse(std::string_view text);
    static Id of(const schema::Id& stored) {
        Id id;
        std::memcpy(id.bytes.data(), stored.bytes()->data(), 16);
        return id;
    }
    schema::Id stored() const {
        schema::Id out;
        std::memcpy(static_cast<void*>(&out), bytes.data(), 16);
        return out;
    }
};

struct CommandId : Id {};
struct EventId : Id {};

/// SHA-256 value.
using Hash = std::array<std::uint8_t, 32>;

/// Place in the whole log, from 0 without gaps; also the Merkle leaf index.
struct Position {
    std::uint64_t value = 0;
    auto operator<=>(const Position&) const = default;
};

/// Place of an event within one stream, from 1 without gaps.
struct Revision {
    std::uint32_t value = 0;
    auto operator<=>(const Revision&) const = default;
};

using StreamKind = schema::StreamKind;
using Role = schema::Role;
using PersonalClass = schema::PersonalClass;

/// The file of one thing, written `talent/0198c6...`.
struct StreamId {
    StreamKind kind = StreamKind::none;
    Id id;

    auto operator<=>(const StreamId&) const = default;
    std::string text() const;
    static std::optional<StreamId> parse(std::string_view text);
};

std::string_view name_of(StreamKind kind);
std::optional<StreamKind> parse_stream_kind(std::string_view name);

/// Lower-case hexadecimal.
std::string hex(const std::uint8_t* data, std::size_t size);
inline std::string hex(const Hash& hash) { return hex(hash.data(), hash.size()); }
/// Bytes of a hexadecimal text of even length; nothing if it is not one.
std::optional<std::string> unhex(std::string_view text);

struct IdHash {
    // Ids are random or hashes, so eight of their bytes are as good a hash as any.
    std::size_t operator()(const Id& id) const {
        std::size_t out;
        std::memcpy(&out, id.bytes.data() + 8, sizeof out);
        return out;
    }
    std::size_t operator()(const StreamId& stream) const {
        return (*this)(stream.id) * 31 + static_cast<std::size_t>(stream.kind);
    }
};

}  // namespace events
