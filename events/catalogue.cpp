#include "events/catalogue.h"

#include <map>
#include <unordered_map>

#include "events/base/ensure.h"
#include "events/schema_attributes.h"

extern "C" {
extern const char codec_event_bfbs[];
extern const char codec_event_bfbs_end[];
}

namespace events {

struct Catalogue::State {
    std::string_view bytes;
    const reflection::Schema* reflected = nullptr;
    std::vector<TableInfo> tables;
    std::vector<EnumInfo> enums;
    std::vector<TypeInfo> types;
    std::vector<const TypeInfo*> by_number;
    std::unordered_map<std::string_view, const TypeInfo*> by_name;
    std::map<const reflection::Object*, const TableInfo*> table_of;

    const reflection::Object& object(int index) const {
        return *reflected->objects()->Get(static_cast<flatbuffers::uoffset_t>(index));
    }
    void read_enums();
    void read_tables();
    void read_types();
    FieldInfo read_field(const reflection::Field& field) const;
    void set_type(FieldInfo& info, const reflection::Type& type) const;
    void set_struct(FieldInfo& info, const reflection::Object& of) const;
    bool holds_personal(const TableInfo& table, int depth = 0) const;
};

void Catalogue::State::read_enums() {
    for (const auto* reflected_enum : *reflected->enums()) {
        EnumInfo info;
        info.name = short_name(view(reflected_enum->name()));
        for (const auto* value : *reflected_enum->values()) {
            // The zero `none` of an enum that has one means "not given"; Half and WeekSlot begin
            // with a real value 0.
            const auto name = view(value->name());
            if (name == "none" || name == "NONE") continue;
            info.symbols.push_back({std::string(name), value->value()});
        }
        enums.push_back(std::move(info));
    }
}

void Catalogue::State::set_struct(FieldInfo& info, const reflection::Object& of) const {
    const auto name = short_name(view(of.name()));
    if (name == "Id") info.type = FieldType::id;
    else if (name == "Digest") info.type = FieldType::digest;
    else if (name == "Date") info.type = FieldType::date;
    else if (name == "Instant") info.type = FieldType::instant;
    else if (name == "EventRef") info.type = FieldType::event;
    else ENSURE(name == "StreamRef", "a struct of the schema is known to the catalogue");
}

void Catalogue::State::set_type(FieldInfo& info, const reflection::Type& type) const {
    auto base = type.base_type();
    info.list = base == reflection::Vector;
    if (info.list) base = type.element();

    if (base == reflection::String) {
        info.type = info.code_list.empty() ? FieldType::text : FieldType::code;
    } else if (base == reflection::Union) {
        info.type = FieldType::payload;
    } else if (base == reflection::Obj) {
        const auto& of = object(type.index());
        if (of.is_struct()) {
            set_struct(info, of);
        } else {
            info.type = FieldType::table;
            info.table = table_of.at(&of);
        }
    } else if (type.index() >= 0) {
        info.type = FieldType::symbol;
        info.symbols = &enums[static_cast<std::size_t>(type.index())];
    } else if (base == reflection::Bool) {
        info.type = FieldType::boolean;
    } else if (info.list && base == reflection::UByte) {
        info.type = FieldType::bytes;
        info.list = false;
    } else {
        info.type = FieldType::number;
        const auto range = range_of(base);
        if (!info.least) info.least = range.least;
        if (!info.most) info.most = range.most;
    }
}

FieldInfo Catalogue::State::read_field(const reflection::Field& field) const {
    FieldInfo info;
    info.name = view(field.name());
    info.zh = attribute_text(field, "zh");
    info.en = attribute_text(field, "en");
    if (info.en.empty()) info.en = readable(info.name);
    info.must = attribute(field, "must") != nullptr;
    info.fill = attribute(field, "fill") != nullptr;
    info.personal = personal_class(attribute_text(field, "personal"));
    info.code_list = attribute_text(field, "code");
    info.concerns = stream_kind(attribute_text(field, "concerns"));
    info.unit = attribute_text(field, "unit");
    info.least = attribute_number(field, "least");
    info.most = attribute_number(field, "most");
    info.length_max = static_cast<std::size_t>(attribute_number(field, "length").value_or(0));
    info.items_max = static_cast<std::size_t>(attribute_number(field, "items").value_or(0));
    info.reflected = &field;
    set_type(info, *field.type());
    if (attribute(field, "field_ids")) info.type = FieldType::field_names;
    info.is_public_name = attribute(field, "public_name") != nullptr;
    info.is_digits = attribute(field, "digits") != nullptr;
    return info;
}

void Catalogue::State::read_tables() {
    for (const auto* object : *reflected->objects()) {
        if (!object->is_struct()) tables.emplace_back().reflected = object;
    }
    // Addresses are fixed from here on: fields point at tables.
    for (auto& table : tables) {
        table.name = short_name(view(table.reflected->name()));
        table_of.emplace(table.reflected, &table);
    }
    for (auto& table : tables) {
        std::map<std::uint16_t, const reflection::Field*> by_id;
        for (const auto* field : *table.reflected->fields()) {
            if (field->type()->base_type() != reflection::UType) by_id.emplace(field->id(), field);
        }
        for (const auto& [id, field] : by_id) table.fields.push_back(read_field(*field));
        ENSURE(table.fields.size() <= table_fields_max, "tables are small enough for fixed arrays");
    }
}

bool Catalogue::State::holds_personal(const TableInfo& table, int depth) const {
    if (depth > 8) return false;
    for (const auto& field : table.fields) {
        if (field.personal != PersonalClass::none) return true;
        if (field.type == FieldType::payload) return true;
        if (field.table && holds_personal(*field.table, depth + 1)) return true;
    }
    return false;
}

void Catalogue::State::read_types() {
    const reflection::Enum* members = nullptr;
    for (const auto* candidate : *reflected->enums()) {
        if (short_name(view(candidate->name())) == "Payload") members = candidate;
    }
    ENSURE(members != nullptr, "the schema has the union Payload");
    for (const auto* member : *members->values()) {
        if (member->value() == 0) continue;
        const auto& object = this->object(member->union_type()->index());
        TypeInfo info;
        info.type = static_cast<schema::Payload>(member->value());
        info.table = table_of.at(&object);
        info.name = info.table->name;
        info.event_type = "talent." + info.name + ".v1";
        info.zh = attribute_text(object, "zh");
        info.en = attribute_text(object, "en");
        info.home = stream_kind(attribute_text(object, "home"));
        info.opens = attribute(object, "opens") != nullptr;
        info.list = attribute_text(object, "list");
        info.roles = role_bits(attribute_text(object, "who"));
        info.dates = date_use(attribute_text(object, "dates"));
        info.approval = approval_use(attribute_text(object, "approval"));
        info.has_personal = holds_personal(*info.table);
        types.push_back(std::move(info));
    }
    by_number.assign(256, nullptr);
    for (const auto& type : types) {
        by_number[static_cast<std::size_t>(type.type)] = &type;
        by_name.emplace(type.name, &type);
        by_name.emplace(type.event_type, &type);
    }
}

const FieldInfo* TableInfo::find(std::string_view field) const {
    for (const auto& info : fields) {
        if (info.name == field) return &info;
    }
    return nullptr;
}

const EnumInfo::Symbol* EnumInfo::find(std::string_view symbol) const {
    for (const auto& candidate : symbols) {
        if (candidate.name == symbol) return &candidate;
    }
    return nullptr;
}

const EnumInfo::Symbol* EnumInfo::find(std::int64_t value) const {
    for (const auto& candidate : symbols) {
        if (candidate.value == value) return &candidate;
    }
    return nullptr;
}

Catalogue::Catalogue() : state_(std::make_unique<State>()) {
    state_->bytes = {codec_event_bfbs,
                     static_cast<std::size_t>(codec_event_bfbs_end - codec_event_bfbs)};
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(state_->bytes.data()),
                                   state_->bytes.size());
    ENSURE(reflection::VerifySchemaBuffer(verifier), "the embedded schema is whole");
    state_->reflected = reflection::GetSchema(state_->bytes.data());
    state_->read_enums();
    state_->read_tables();
    state_->read_types();
}

Catalogue::~Catalogue() = default;

const Catalogue& Catalogue::built_in() {
    static const Catalogue catalogue;
    return catalogue;
}

const std::vector<TypeInfo>& Catalogue::types() const { return state_->types; }

const TypeInfo* Catalogue::find(schema::Payload type) const {
    return state_->by_number[static_cast<std::uint8_t>(type)];
}

const TypeInfo* Catalogue::find(std::string_view name) const {
    const auto found = state_->by_name.find(name);
    return found == state_->by_name.end() ? nullptr : found->second;
}

const std::vector<TableInfo>& Catalogue::tables() const { return state_->tables; }

const TableInfo* Catalogue::table(std::string_view name) const {
    for (const auto& table : state_->tables) {
        if (table.name == name) return &table;
    }
    return nullptr;
}

const reflection::Schema& Catalogue::reflected() const { return *state_->reflected; }
std::string_view Catalogue::schema_bytes() const { return state_->bytes; }

}  // namespace events
