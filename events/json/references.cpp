#include "events/json/references.h"

#include <charconv>

namespace events {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string text_of(const Reference::At& target) {
    auto out = std::to_string(target.position.value);
    if (target.event) out.append(":").append(target.event->text());
    return out;
}

std::string text_of(const Reference::Of& target) {
    return target.command.text() + "#" + std::to_string(target.index);
}

std::string text_of(const Reference::Here& target) { return "#" + std::to_string(target.index); }

}  // namespace

std::optional<ReferenceTarget> parse_reference(std::string_view text) {
    if (const auto hash = text.find('#'); hash != std::string_view::npos) {
        const auto index = parse_number<std::uint16_t>(text.substr(hash + 1));
        if (!index) return std::nullopt;
        if (hash == 0) return Reference::Here{*index};
        const auto command = Id::parse(text.substr(0, hash));
        if (!command) return std::nullopt;
        return Reference::Of{CommandId{*command}, *index};
    }
    const auto colon = text.find(':');
    const auto position = parse_number<std::uint64_t>(text.substr(0, colon));
    if (!position) return std::nullopt;
    if (colon == std::string_view::npos) return Reference::At{Position{*position}, std::nullopt};
    const auto event = Id::parse(text.substr(colon + 1));
    if (!event) return std::nullopt;
    return Reference::At{Position{*position}, *event};
}

std::string reference_text(const ReferenceTarget& target) {
    return std::visit([](const auto& one) { return text_of(one); }, target);
}

}  // namespace events
