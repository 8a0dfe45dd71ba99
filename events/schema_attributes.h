// What the attributes of the schema say, as values. Internal to the catalogue.
#pragma once

#include <flatbuffers/reflection.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/catalogue.h"

namespace events {

inline std::string_view view(const flatbuffers::String* text) {
    return text ? std::string_view(text->c_str(), text->size()) : std::string_view();
}

/// Without the namespace of the schema.
std::string_view short_name(std::string_view name);

/// Attributes of a reflected type or field. flatc writes "0" for an attribute without a value.
template <class Reflected>
const reflection::KeyValue* attribute(const Reflected& of, const char* name) {
    return of.attributes() ? of.attributes()->LookupByKey(name) : nullptr;
}

template <class Reflected>
std::string_view attribute_text(const Reflected& of, const char* name) {
    const auto* found = attribute(of, name);
    return found ? view(found->value()) : std::string_view();
}

/// REQUIRES: digits, or nothing.
std::optional<std::int64_t> parse_bound(std::string_view text);

template <class Reflected>
std::optional<std::int64_t> attribute_number(const Reflected& of, const char* name) {
    return parse_bound(attribute_text(of, name));
}

// Each stops the process where the schema says something that has no meaning.
PersonalClass personal_class(std::string_view name);
StreamKind stream_kind(std::string_view name);
DateUse date_use(std::string_view name);
ApprovalUse approval_use(std::string_view name);
/// Bits of the roles in a list such as `P M C`.
std::uint32_t role_bits(std::string_view list);

struct Range {
    std::int64_t least, most;
};

/// What numbers of a type can be, where the schema gives no bounds.
Range range_of(reflection::BaseType type);

/// "consent_ref" → "Consent ref".
std::string readable(std::string_view name);

}  // namespace events
