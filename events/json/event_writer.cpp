#include "events/json/event_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "events/json/payload_writer.h"
#include "events/json/text.h"

namespace events {
namespace {

using flatbuffers::Table;
using flatbuffers::uoffset_t;

bool is_opened(PersonalClass personal_class, const PersonalView* personal) {
    return personal && std::any_of(personal->fields.begin(), personal->fields.end(),
                                   [&](const PersonalField& field) {
                                       return field.personal_class == personal_class;
                                   });
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_json_text(out, text);
}

void write_streams(std::string& out, const schema::Event& event) {
    append_name(out, "streams");
    out += '"';
    for (uoffset_t i = 0; i < event.streams()->size(); ++i) {
        const auto& stream = *event.streams()->Get(i);
        if (i != 0) out += ' ';
        out += name_of(stream.kind());
        out += '/';
        out += Id::of(stream.id()).text();
        out += '@';
        append_number(out, stream.revision());
    }
    out += '"';
}

void write_actor(std::string& out, const schema::Actor& actor) {
    append_name(out, "actor");
    out += '{';
    append_member(out, "id", Id::of(*actor.id()).text());
    if (actor.organisation()) {
        append_member(out, "organisation", Id::of(*actor.organisation()).text());
    }
    if (actor.role() != Role::none) append_member(out, "role", schema::EnumNameRole(actor.role()));
    if (actor.region()) append_member(out, "region", actor.region()->str());
    if (actor.on_behalf_of()) {
        append_member(out, "on_behalf_of", Id::of(*actor.on_behalf_of()).text());
    }
    if (actor.assurance() != schema::Assurance::none) {
        append_member(out, "assurance", schema::EnumNameAssurance(actor.assurance()));
    }
    out += '}';
}

/// Parts that stay closed, with the reason; returns their classes.
Classes write_sealed(std::string& out, const schema::Event& event, const PersonalView* personal) {
    Classes hidden = 0;
    if (!event.sealed()) return hidden;
    for (const auto* part : *event.sealed()) {
        if (is_opened(part->personal_class(), personal)) continue;
        append_name(out, "sealed");
        out += '[';
        for (const auto* closed : *event.sealed()) {
            if (is_opened(closed->personal_class(), personal)) continue;
            hidden |= bit(closed->personal_class());
            append_comma(out);
            out += '{';
            append_member(out, "class", schema::EnumNamePersonalClass(closed->personal_class()));
            append_member(out, "subject", Id::of(*closed->subject()).text());
            append_member(out, "state", personal && personal->erased ? "erased" : "sealed");
            out += '}';
        }
        out += ']';
        return hidden;
    }
    return hidden;
}

void write_evidence(std::string& out, const Catalogue& catalogue, const schema::Event& event,
                    const PersonalView* personal, Classes hidden) {
    if (!event.evidence()) return;
    const auto& info = *catalogue.table("Evidence");
    append_name(out, "evidence");
    out += '[';
    std::size_t index = 0;
    for (const auto* item : *event.evidence()) {
        append_comma(out);
        PayloadWriter writer(out, catalogue, personal, hidden);
        writer.set_path("evidence." + std::to_string(index++));
        writer.write_table(info, *reinterpret_cast<const Table*>(item));
    }
    out += ']';
}

void write_data(std::string& out, const Catalogue& catalogue, const TypeInfo& type,
                const schema::Event& event, const PersonalView* personal) {
    append_name(out, "data");
    out += '{';
    const auto hidden = write_sealed(out, event, personal);
    append_name(out, "payload");
    PayloadWriter(out, catalogue, personal, hidden)
        .write_table(*type.table, *static_cast<const Table*>(event.payload()));
    write_evidence(out, catalogue, event, personal, hidden);
    if (event.legal_basis() != schema::LegalBasis::none) {
        append_member(out, "legal_basis", schema::EnumNameLegalBasis(event.legal_basis()));
    }
    write_actor(out, *event.actor());
    out += '}';
}

}  // namespace

void write_event(std::string& out, const Catalogue& catalogue, const schema::Event& event,
                 const Hash& leaf, const PersonalView* personal) {
    const auto* type = catalogue.find(event.payload_type());
    ENSURE(type != nullptr, "an event that was read is of a known type");
    const auto& home = *event.streams()->Get(0);
    out += '{';
    append_member(out, "specversion", "1.0");
    append_member(out, "id", Id::of(*event.event_id()).text());
    append_member(out, "source", "/ledger");
    append_member(out, "type", type->event_type);
    append_member(out, "subject", StreamId{home.kind(), Id::of(home.id())}.text());
    append_member(out, "time", Instant::of(*event.recorded_at()).text());
    append_member(out, "datacontenttype", "application/json");
    append_member(out, "sequence", fmt::format("{:020}", event.position()));
    append_member(out, "commandid", Id::of(*event.command_id()).text());
    append_name(out, "commandindex");
    append_number(out, event.command_index());
    append_name(out, "commandsize");
    append_number(out, event.command_size());
    write_streams(out, event);
    append_member(out, "effectivefrom", Date::of(*event.effective_from()).text());
    if (event.effective_to()) {
        append_member(out, "effectiveto", Date::of(*event.effective_to()).text());
    }
    if (event.correlation_id()) {
        append_member(out, "correlationid", Id::of(*event.correlation_id()).text());
    }
    if (event.causation_id()) {
        append_member(out, "causationid", Id::of(*event.causation_id()).text());
    }
    if (event.first_load()) {
        append_name(out, "firstload");
        out += "true";
    }
    if (event.proposed()) {
        append_name(out, "proposed");
        out += "true";
    }
    if (event.named_as()) append_member(out, "namedas", Id::of(*event.named_as()).text());
    append_member(out, "leafhash", hex(leaf));
    write_data(out, catalogue, *type, event, personal);
    out += '}';
}

void write_payload(std::string& out, const Catalogue& catalogue, const TypeInfo& type,
                   const void* payload, const PersonalView* personal) {
    PayloadWriter(out, catalogue, personal, 0)
        .write_table(*type.table, *static_cast<const Table*>(payload));
}

boost::json::value payload_json(const Catalogue& catalogue, const TypeInfo& type,
                                const void* payload, const PersonalView* personal) {
    std::string text;
    write_payload(text, catalogue, type, payload, personal);
    return boost::json::parse(text);
}

}  // namespace events
