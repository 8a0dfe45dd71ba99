#include "events/json/payload_writer.h"

#include "events/json/text.h"

namespace events {

using flatbuffers::uoffset_t;
using flatbuffers::voffset_t;

namespace {

using flatbuffers::Table;

std::int64_t scalar(const FieldInfo& field, const Table& table) {
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

}  // namespace

void PayloadWriter::write_table(const TableInfo& info, const Table& table) {
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
void PayloadWriter::write_field(const TableInfo& info, const FieldInfo& field, const Table& table) {
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

void PayloadWriter::write_personal(const FieldInfo& field) {
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

void PayloadWriter::write_replacement(const FieldInfo& field, const Table& table) {
    const auto number = table.GetField<std::uint8_t>(static_cast<voffset_t>(field.slot() - 2), 0);
    const auto* type = catalogue_.find(static_cast<schema::Payload>(number));
    if (!type) return;
    append_name(out_, field.name + "_type");
    append_json_text(out_, type->name);
    append_name(out_, field.name);
    write_table(*type->table, *table.GetPointer<const Table*>(field.slot()));
}

void PayloadWriter::write_scalar(const FieldInfo& field, std::int64_t value) {
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

void PayloadWriter::write_struct(const FieldInfo& field, const Table& table) {
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

void PayloadWriter::write_list(const TableInfo& info, const FieldInfo& field, const Table& table) {
    const auto slot = field.slot();
    append_name(out_, field.name);
    out_ += '[';
    switch (field.type) {
        case FieldType::table: write_tables(field, table); break;
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

void PayloadWriter::write_field_name(const TableInfo& info, std::uint16_t id) {
    for (const auto& field : info.fields) {
        if (field.reflected->id() == id) return append_json_text(out_, field.name);
    }
    append_number(out_, id);
}

void PayloadWriter::write_tables(const FieldInfo& field, const Table& table) {
    using Items = flatbuffers::Vector<flatbuffers::Offset<Table>>;
    const auto length = path_.size();
    uoffset_t index = 0;
    for (const auto* item : *table.GetPointer<const Items*>(field.slot())) {
        append_comma(out_);
        path_ += '.';
        path_ += std::to_string(index++);
        write_table(*field.table, *item);
        path_.resize(length);
    }
}

}  // namespace events
