#include "server/accept_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "events/json/command_reader.h"
#include "server/content_coding.h"
#include "server/problem.h"

namespace server {
namespace {

base::Error invalid(std::string_view code, std::string what) {
    return {base::Fault::invalid, std::string(code), std::move(what)};
}

std::string_view stripped(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

std::optional<events::Role> role_of(std::string_view name) {
    for (const auto role : events::schema::EnumValuesRole())
        if (role != events::Role::none && name == events::schema::EnumNameRole(role)) return role;
    return std::nullopt;
}

base::Result<void> set_member(events::Actor& actor, std::string_view name, std::string_view value) {
    const auto id = events::Id::parse(value);
    const bool wants_id = name == "id" || name == "organisation" || name == "on_behalf_of";
    if (wants_id && !id) return invalid("E_BAD_ACTOR", "An id of the actor is not an id.");
    if (name == "id") {
        actor.id = *id;
    } else if (name == "organisation") {
        actor.organisation = id;
    } else if (name == "on_behalf_of") {
        actor.on_behalf_of = id;
    } else if (name == "region") {
        actor.region = value;
    } else if (name == "role") {
        const auto role = role_of(value);
        if (!role)
            return invalid("E_BAD_ACTOR", "The actor's role is none of P M C E H O T S X A Y.");
        actor.role = *role;
    } else {
        return invalid("E_BAD_ACTOR", "The actor has a member that is not known.");
    }
    return {};
}

/// The revision in `"r41"`, weak or strong.
std::optional<std::uint32_t> revision_of(std::string_view tag) {
    // The tag of a stream's page serves as well, however that page was sent.
    tag = without_coding(stripped(tag));
    if (!tag.starts_with('r')) return std::nullopt;
    tag.remove_prefix(1);
    std::uint32_t revision = 0;
    const auto [stopped, failed] = std::from_chars(tag.data(), tag.data() + tag.size(), revision);
    if (failed != std::errc() || stopped != tag.data() + tag.size()) return std::nullopt;
    return revision;
}

bool lacks_id(const base::Error& error) {
    if (error.code == "E_COMMAND_ID" && error.pointer == "/id") return true;
    return std::any_of(error.details.begin(), error.details.end(), [](const base::Detail& each) {
        return each.code == "E_COMMAND_ID" && each.pointer == "/id";
    });
}

/// The same object with the command id as its first member.
std::string with_id(std::string_view json, const events::Id& id) {
    const auto brace = json.find('{');
    const auto next = json.find_first_not_of(" \t\r\n", brace + 1);
    const bool empty = next != std::string_view::npos && json[next] == '}';
    return fmt::format("{}\"id\":\"{}\"{}{}", json.substr(0, brace + 1), id.text(),
                       empty ? "" : ",", json.substr(brace + 1));
}

base::Result<void> expect_home(const ledger::Ledger& ledger, events::Command& command,
                               std::uint32_t revision) {
    const events::Draft& first = command.drafts.front();
    const auto* type = ledger.catalogue().find(first.type);
    if (!type || type->home == events::StreamKind::none)
        return invalid("E_BAD_HEADER",
                       "For this type give the revision in `expect`, not If-Match.");
    if (!first.home && revision == 0) return {};  // a stream yet to be opened cannot exist
    if (!first.home)
        return invalid("E_BAD_HEADER", "If-Match needs a `subject`, whose revision it names.");
    const events::StreamId home{type->home, *first.home};
    for (const auto& each : command.expect)
        if (each.stream == home && each.revision.value != revision)
            return invalid("E_BAD_HEADER", "If-Match and `expect` contradict each other.");
    command.expect.push_back({home, {revision}});
    return {};
}

}  // namespace

base::Result<events::Actor> actor_of(const Request& request) {
    events::Actor actor;
    const std::string* header = request.header("ledger-actor");
    if (!header) return actor;
    actor.assurance = events::schema::Assurance::ASSERTED;
    for (std::string_view rest = *header; !stripped(rest).empty();) {
        const auto end = rest.find(';');
        const std::string_view member = stripped(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const auto equals = member.find('=');
        if (equals == std::string_view::npos)
            return invalid("E_BAD_ACTOR", "Ledger-Actor is written name=value; name=value.");
        const auto set = set_member(actor, stripped(member.substr(0, equals)),
                                    unquoted(stripped(member.substr(equals + 1))));
        if (!set) return set.error();
    }
    if (actor.id.is_zero()) return invalid("E_BAD_ACTOR", "The actor has no id.");
    // What the ledger does by itself is not for anybody else to claim.
    if (actor.role == events::Role::Y)
        return invalid("E_BAD_ACTOR", "The role Y belongs to the server itself.");
    return actor;
}

base::Result<CommandHeaders> CommandHeaders::of(const Request& request) {
    CommandHeaders headers;
    auto actor = actor_of(request);
    if (!actor) return actor.error();
    headers.actor = std::move(*actor);
    if (const std::string* key = request.header("idempotency-key")) {
        headers.key = events::Id::parse(unquoted(stripped(*key)));
        if (!headers.key) return invalid("E_BAD_ID", "Idempotency-Key is not a command id.");
    }
    const std::string* match = request.header("if-match");
    const std::string* none = request.header("if-none-match");
    if (match && none) return invalid("E_BAD_HEADER", "Give If-Match or If-None-Match, not both.");
    if (match) {
        headers.revision = revision_of(*match);
        if (!headers.revision) return invalid("E_BAD_HEADER", "If-Match is not like \"r41\".");
    }
    if (none) {
        if (stripped(*none) != "*") return invalid("E_BAD_HEADER", "If-None-Match can only be *.");
        headers.revision = 0;
    }
    return headers;
}

base::Result<events::Command> read_command(const ledger::Ledger& ledger, std::string_view json,
                                           const CommandHeaders& headers) {
    // A reader keeps its parser's memory, so each thread has one; catalogue and lists are the
    // program's own and outlive every thread.
    thread_local events::CommandReader reader(ledger.catalogue(), ledger.codes());
    auto command = reader.read(json, headers.actor);
    if (!command && headers.key && lacks_id(command.error()))
        command = reader.read(with_id(json, *headers.key), headers.actor);
    if (!command) return command;
    if (headers.key && *headers.key != command->id)
        return base::Error{base::Fault::refused, "E_KEY_MISMATCH",
                           "Idempotency-Key and the command's id are not the same."};
    if (headers.revision) {
        const auto expected = expect_home(ledger, *command, *headers.revision);
        if (!expected) return expected.error();
    }
    return command;
}

std::string structured(const Request& request, std::string_view body) {
    std::string json = "{";
    for (const Header& each : request.headers) {
        if (!each.name.starts_with("ce-")) continue;
        if (json.size() > 1) json += ',';
        const std::string_view name = std::string_view(each.name).substr(3);
        append_json(json, name);
        json += ':';
        if (name == "firstload")
            json += each.value == "true" ? "true" : "false";
        else
            append_json(json, each.value);
    }
    return json.append(json.size() > 1 ? ",\"data\":" : "\"data\":").append(body).append("}");
}

std::string stale_members(const ledger::Ledger& ledger,
                          const std::vector<events::Expectation>& expect) {
    for (const auto& each : expect) {
        const events::Revision now = ledger.revision(each.stream);
        if (now == each.revision) continue;
        const std::string stream = each.stream.text();
        std::string members = fmt::format(
            ",\"stream\":\"{}\",\"expected_version\":\"r{}\",\"current_version\":\"r{}\"", stream,
            each.revision.value, now.value);
        // Who expects more than there is has missed nothing.
        if (each.revision < now)
            fmt::format_to(std::back_inserter(members), ",\"missed\":\"/v1/streams/{}?from={}\"",
                           stream, each.revision.value + 1);
        return members;
    }
    return {};
}

std::string receipt_json(const ledger::Receipt& receipt) {
    std::string out = fmt::format(
        "{{\"commandid\":\"{}\",\"position\":\"{}\",\"recorded_at\":\"{}\"", receipt.command.text(),
        receipt.items.empty() ? 0 : receipt.items.back().position.value,
        receipt.recorded_at.text());
    fmt::format_to(std::back_inserter(out), ",\"proposed\":{},\"replayed\":{},\"events\":[",
                   receipt.proposed, receipt.replayed);
    for (std::size_t i = 0; i < receipt.items.size(); ++i) {
        const auto& item = receipt.items[i];
        fmt::format_to(std::back_inserter(out), "{}{{\"id\":\"{}\",\"position\":\"{}\",",
                       i ? "," : "", item.event.text(), item.position.value);
        // A rehearsed event was never encoded, so it has no leaf.
        if (item.leaf != events::Hash{})
            fmt::format_to(std::back_inserter(out), "\"leafhash\":\"{}\",", events::hex(item.leaf));
        out += "\"streams\":[";
        for (std::size_t n = 0; n < item.streams.size(); ++n)
            fmt::format_to(std::back_inserter(out), "{}\"{}@{}\"", n ? "," : "",
                           item.streams[n].id.text(), item.streams[n].revision.value);
        out += "]}";
    }
    out += "],\"warnings\":[";
    for (std::size_t i = 0; i < receipt.warnings.size(); ++i) {
        fmt::format_to(std::back_inserter(out), "{}{{\"code\":", i ? "," : "");
        append_json(out, receipt.warnings[i].code);
        append_json(out += ",\"detail\":", receipt.warnings[i].what);
        fmt::format_to(std::back_inserter(out), ",\"event\":{}}}", receipt.warnings[i].index);
    }
    return out += ']';
}

std::string receipt_tag(const ledger::Receipt& receipt) {
    if (receipt.items.empty() || receipt.items.front().streams.empty()) return "\"r0\"";
    const auto& home = receipt.items.front().streams.front();
    std::uint32_t newest = home.revision.value;
    for (const auto& item : receipt.items)
        for (const auto& each : item.streams)
            if (each.id == home.id) newest = std::max(newest, each.revision.value);
    return fmt::format("\"r{}\"", newest);
}

}  // namespace server
