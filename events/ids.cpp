#include "events/ids.h"

namespace events {
namespace {

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool has_uuid_dashes(std::string_view text) {
    return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
           text[23] == '-';
}

}  // namespace

std::string hex(const std::uint8_t* data, std::size_t size) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(size * 2, '0');
    for (std::size_t i = 0; i < size; ++i) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    return out;
}

std::optional<std::string> unhex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out(text.size() / 2, '\0');
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = nibble(text[2 * i]);
        const int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out[i] = static_cast<char>(high << 4 | low);
    }
    return out;
}

std::string Id::text() const { return hex(bytes.data(), bytes.size()); }

std::optional<Id> Id::parse(std::string_view text) {
    std::string compact;
    if (has_uuid_dashes(text)) {
        for (const char c : text) {
            if (c != '-') compact += c;
        }
        text = compact;
    }
    if (text.size() != 32) return std::nullopt;
    const auto raw = unhex(text);
    if (!raw) return std::nullopt;
    Id id;
    std::memcpy(id.bytes.data(), raw->data(), 16);
    return id;
}

std::string_view name_of(StreamKind kind) { return schema::EnumNameStreamKind(kind); }

std::optional<StreamKind> parse_stream_kind(std::string_view name) {
    for (const auto kind : schema::EnumValuesStreamKind()) {
        if (kind != StreamKind::none && name == name_of(kind)) return kind;
    }
    return std::nullopt;
}

std::string StreamId::text() const { return std::string(name_of(kind)) + "/" + id.text(); }

std::optional<StreamId> StreamId::parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto kind = parse_stream_kind(text.substr(0, slash));
    const auto id = Id::parse(text.substr(slash + 1));
    if (!kind || !id) return std::nullopt;
    return StreamId{*kind, *id};
}

}  // namespace events
