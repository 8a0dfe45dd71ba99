#include "events/json/event_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "events/json/text.h"

namespace events {
namespace {

using flatbuffers::Table;
using flatbuffers::uoffset_t;
using flatbuffers::voffset_t;

/// Classes of personal fields, as bits.
using Classes = unsigned;

Classes bit(PersonalClass personal_class) { return 1u << static_cast<unsigned>(personal_class); }

/// Writes one payload as catalogue JSON.
class PayloadWriter {
public:
    /// `hidden`: classes whose fields are shown as null where they are not among `opened`.
    PayloadWriter(std::string& out, const Catalogue& catalogue, const PersonalView* opened,
                  Classes hidden)
        : out_(out), catalogue_(catalogue), opened_(opened), hidden_(hidden) {}

    void write_table(const TableInfo& info, const Table& table) {
        out_ += '{';
        for (const auto& field : info.fields) {
            const auto length = path_.size();
            if (!path_.empty()) path_ += '.';
            path_ += field.name;
            write_field(info, field, table);
            path_.resize(length);
        }
        out_ += '}';
    }
    /// The place of what is written next, `evidence.0`.
    void set_path(std::string path) { path_ = std::move(path); }

private:
    void write_field(const TableInfo& info, const FieldInfo& field, const Table& table) {
        if (field.personal != PersonalClass::none) return write_personal(field);
        const auto slot = field.slot();
        if (!table.CheckField(slot)) return;
        if (field.type == FieldType::payload) return write_replacement(field, table);
        if (field.list) return write_list(info, field, table);
        switch (field.type) {
            case FieldType::table:
                append_name(out_, field.name);
                return write_table(*field.table, *table.GetPointer<const Table*>(slot));
            case FieldType::text:
            case FieldType::code: {
                append_name(out_, field.name);
                const auto* text = table.GetPointer<const flatbuffers::String*>(slot);
                return append_json_text(out_, {text->c_str(), text->size()});
            }
            case FieldType::bytes: {
                append_name(out_, field.name);
                const auto* bytes = table.GetPointer<const flatbuffers::Vector<std::uint8_t>*>(slot);
                return append_json_text(out_, hex(bytes->data(), bytes->size()));
            }
            case FieldType::number:
            case FieldType::boolean:
            case FieldType::symbol:
                append_name(out_, field.name);
                return write_scalar(field, scalar(field, table));
            default: return write_struct(field, table);
        }
    }

    void write_personal(const FieldInfo& field) {
        const PersonalField* found = nullptr;
        if (opened_) {
            for (const auto& candidate : opened_->fields) {
                if (candidate.path == path_) found = &candidate;
            }
        }
        if (found) {
            append_name(out_, field.name);
            out_ += found->json;
        } else if (hidden_ & bit(field.personal)) {
            append_name(out_, field.name);
            out_ += "null";
        }
    }

    void write_replacement(const FieldInfo& field, const Table& table) {
        const auto number = table.GetField<std::uint8_t>(static_cast<voffset_t>(field.slot() - 2), 0);
        const auto* type = catalogue_.find(static_cast<schema::Payload>(number));
        if (!type) return;
        append_name(out_, field.name + "_type");
        append_json_text(out_, type->name);
        append_name(out_, field.name);
        write_table(*type->table, *table.GetPointer<const Table*>(field.slot()));
    }

    static std::int64_t scalar(const FieldInfo& field, const Table& table) {
        const auto slot = field.slot();
        switch (field.reflected->type()->base_type()) {
            case reflection::ULong:
                return static_cast<std::int64_t>(table.GetField<std::uint64_t>(slot, 0));
            case reflection::Long: return table.GetField<std::int64_t>(slot, 0);
            case reflection::UInt: return table.GetField<std::uint32_t>(slot, 0);
            case reflection::Int: return table.GetField<std::int32_t>(slot, 0);
            case reflection::UShort: return table.GetField<std::uint16_t>(slot, 0);
            case reflection::Short: return table.GetField<std::int16_t>(slot, 0);
            case reflection::Byte: return table.GetField<std::int8_t>(slot, 0);
            default: return table.GetField<std::uint8_t>(slot, 0);
        }
    }

    void write_scalar(const FieldInfo& field, std::int64_t value) {
        if (field.type == FieldType::boolean) {
            out_ += value != 0 ? "true" : "false";
        } else if (field.type == FieldType::symbol) {
            const auto* symbol = field.symbols->find(value);
            // A number that this build does not know is shown as it is rather than lost.
            if (symbol) append_json_text(out_, symbol->name);
            else append_number(out_, value);
        } else {
            const auto base = field.reflected->type()->base_type();
            const bool wide = base == reflection::ULong || base == reflection::Long;
            if (wide) out_ += '"';
            append_number(out_, value);
            if (wide) out_ += '"';
        }
    }

    void write_struct(const FieldInfo& field, const Table& table) {
        const auto slot = field.slot();
        switch (field.type) {
            case FieldType::id: {
                const auto id = Id::of(*table.GetStruct<const schema::Id*>(slot));
                if (field.fill && id.is_zero()) return;  // the ledger had nothing to fill in
                append_name(out_, field.name);
                return append_json_text(out_, id.text());
            }
            case FieldType::event: {
                const auto& ref = *table.GetStruct<const schema::EventRef*>(slot);
                const auto id = Id::of(ref.id());
                if (id.is_zero()) return;
                append_name(out_, field.name);
                out_ += '"';
                out_ += std::to_string(ref.position());
                out_ += ':';
                out_ += id.text();
                out_ += '"';
                return;
            }
            case FieldType::digest: {
                const auto& digest = *table.GetStruct<const schema::Digest*>(slot);
                append_name(out_, field.name);
                return append_json_text(out_, hex(digest.bytes()->data(), digest.bytes()->size()));
            }
            case FieldType::date:
                append_name(out_, field.name);
                return append_json_text(
                    out_, Date::of(*table.GetStruct<const schema::Date*>(slot)).text());
            case FieldType::instant:
                append_name(out_, field.name);
                return append_json_text(
                    out_, Instant::of(*table.GetStruct<const schema::Instant*>(slot)).text());
            default: ENSURE(false, "every type of field can be written");
        }
    }

    void write_list(const TableInfo& info, const FieldInfo& field, const Table& table) {
        const auto slot = field.slot();
        append_name(out_, field.name);
        out_ += '[';
        switch (field.type) {
            case FieldType::table: {
                using Items = flatbuffers::Vector<flatbuffers::Offset<Table>>;
                const auto length = path_.size();
                uoffset_t index = 0;
                for (const auto* item : *table.GetPointer<const Items*>(slot)) {
                    append_comma(out_);
                    path_ += '.';
                    path_ += std::to_string(index++);
                    write_table(*field.table, *item);
                    path_.resize(length);
                }
                break;
            }
            case FieldType::text:
            case FieldType::code: {
                using Items = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
                for (const auto* item : *table.GetPointer<const Items*>(slot)) {
                    append_comma(out_);
                    append_json_text(out_, {item->c_str(), item->size()});
                }
                break;
            }
            case FieldType::id:
                for (const auto* item :
                     *table.GetPointer<const flatbuffers::Vector<const schema::Id*>*>(slot)) {
                    append_comma(out_);
                    append_json_text(out_, Id::of(*item).text());
                }
                break;
            case FieldType::field_names:
                for (const auto id :
                     *table.GetPointer<const flatbuffers::Vector<std::uint16_t>*>(slot)) {
                    append_comma(out_);
                    write_field_name(info, id);
                }
                break;
            default:
                for (const auto value :
                     *table.GetPointer<const flatbuffers::Vector<std::uint8_t>*>(slot)) {
                    append_comma(out_);
                    write_scalar(field, value);
                }
        }
        out_ += ']';
    }

    void write_field_name(const TableInfo& info, std::uint16_t id) {
        for (const auto& field : info.fields) {
            if (field.reflected->id() == id) return append_json_text(out_, field.name);
        }
        append_number(out_, id);
    }

    std::string& out_;
    const Catalogue& catalogue_;
    const PersonalView* opened_;
    Classes hidden_;
    std::string path_;
};

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
