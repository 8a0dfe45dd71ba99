#include "tools/load/actor.h"

#include <fmt/format.h>

namespace tools {
namespace {

base::Error bad_actor(std::string_view text) {
    return {base::Fault::invalid, "E_BAD_ACTOR",
            fmt::format("'{}' is not an actor like \"id=<32 hex digits>; role=P\"", text)};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool set(events::Actor& actor, std::string_view name, std::string_view value) {
    const auto id = events::Id::parse(value);
    if (name == "id" && id) return actor.id = *id, true;
    if (name == "organisation" && id) return actor.organisation = id, true;
    if (name == "on_behalf_of" && id) return actor.on_behalf_of = id, true;
    if (name == "region") return actor.region = value, true;
    if (name != "role") return false;
    for (const auto role : events::schema::EnumValuesRole()) {
        if (value == events::schema::EnumNameRole(role)) return actor.role = role, true;
    }
    return false;
}

}  // namespace

base::Result<events::Actor> parse_actor(std::string_view text) {
    events::Actor actor;
    actor.assurance = events::schema::Assurance::ASSERTED;
    for (std::string_view rest = text; !trimmed(rest).empty();) {
        const auto end = rest.find(';');
        const auto part = trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) return bad_actor(text);
        if (!set(actor, trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1)))) {
            return bad_actor(text);
        }
    }
    if (actor.id.is_zero()) return bad_actor(text);
    return actor;
}

std::string actor_text(const events::Actor& actor) {
    std::string out =
        fmt::format("id={}; role={}", actor.id.text(), events::schema::EnumNameRole(actor.role));
    if (!actor.region.empty()) out += "; region=" + actor.region;
    if (actor.organisation) out += "; organisation=" + actor.organisation->text();
    if (actor.on_behalf_of) out += "; on_behalf_of=" + actor.on_behalf_of->text();
    return out;
}

}  // namespace tools
