#include "events/schema_attributes.h"

#include <charconv>
#include <limits>

#include "events/base/ensure.h"

namespace events {

std::string_view short_name(std::string_view name) {
    static constexpr std::string_view space = "events.schema.";
    return name.starts_with(space) ? name.substr(space.size()) : name;
}

std::optional<std::int64_t> parse_bound(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    ENSURE(fault == std::errc() && end == text.data() + text.size(),
           "bounds in the schema are numbers");
    return value;
}

PersonalClass personal_class(std::string_view name) {
    if (name.empty()) return PersonalClass::none;
    for (const auto found : schema::EnumValuesPersonalClass()) {
        if (name == schema::EnumNamePersonalClass(found)) return found;
    }
    ENSURE(false, "attribute `personal` names a class");
    return PersonalClass::none;
}

StreamKind stream_kind(std::string_view name) {
    if (name.empty()) return StreamKind::none;
    const auto found = parse_stream_kind(name);
    ENSURE(found.has_value(), "attributes `home` and `concerns` name a kind of stream");
    return *found;
}

DateUse date_use(std::string_view name) {
    if (name == "none") return DateUse::none;
    if (name == "from") return DateUse::from;
    if (name == "period") return DateUse::period;
    if (name == "open_period") return DateUse::open_period;
    ENSURE(name == "month", "attribute `dates` is none, from, period, open_period or month");
    return DateUse::month;
}

ApprovalUse approval_use(std::string_view name) {
    if (name.empty()) return ApprovalUse::never;
    if (name == "always") return ApprovalUse::always;
    ENSURE(name == "by_rule", "attribute `approval` is always or by_rule");
    return ApprovalUse::by_rule;
}

std::uint32_t role_bits(std::string_view list) {
    std::uint32_t bits = 0;
    for (const auto role : schema::EnumValuesRole()) {
        if (role == Role::none) continue;
        for (const char letter : list) {
            if (schema::EnumNameRole(role)[0] == letter) bits |= 1u << static_cast<unsigned>(role);
        }
    }
    ENSURE(bits != 0, "attribute `who` names at least one role");
    return bits;
}

Range range_of(reflection::BaseType type) {
    switch (type) {
        case reflection::UByte: return {0, std::numeric_limits<std::uint8_t>::max()};
        case reflection::Byte: return {std::numeric_limits<std::int8_t>::min(), 127};
        case reflection::UShort: return {0, std::numeric_limits<std::uint16_t>::max()};
        case reflection::Short: return {std::numeric_limits<std::int16_t>::min(), 32767};
        case reflection::UInt: return {0, std::numeric_limits<std::uint32_t>::max()};
        case reflection::Int:
            return {std::numeric_limits<std::int32_t>::min(),
                    std::numeric_limits<std::int32_t>::max()};
        // Unsigned 64-bit numbers stop at the largest signed one: more than any count here needs,
        // and every reader can hold it.
        case reflection::ULong: return {0, std::numeric_limits<std::int64_t>::max()};
        default:
            return {std::numeric_limits<std::int64_t>::min(),
                    std::numeric_limits<std::int64_t>::max()};
    }
}

std::string readable(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        if (c == '_') c = ' ';
    }
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    return out;
}

}  // namespace events
