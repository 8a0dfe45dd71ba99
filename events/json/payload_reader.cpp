#include "events/json/payload_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "events/json/references.h"
#include "events/json/text.h"

namespace events {

using simdjson::dom::element;

namespace {

constexpr std::size_t text_length_max = 500;   // where the schema gives no bound
constexpr std::size_t list_items_max = 1'000;  // likewise

std::string_view type_name(FieldType type) {
    switch (type) {
        case FieldType::number: return "a whole number";
        case FieldType::boolean: return "true or false";
        case FieldType::table: return "an object";
        default: return "a text";
    }
}

bool is_wide(const FieldInfo& field) {
    const auto base = field.reflected->type()->base_type();
    return base == reflection::ULong || base == reflection::Long;
}

/// Bytes that one value of the field takes in a table or in a list.
std::uint8_t scalar_size(const FieldInfo& field) {
    const auto* type = field.reflected->type();
    const auto base = type->base_type() == reflection::Vector ? type->element() : type->base_type();
    return static_cast<std::uint8_t>(flatbuffers::GetTypeSize(base));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    // One way to write each number, so that equal commands have equal bytes.
    if (text == "-0" || (text.size() > 1 && (text[0] == '0' || text.starts_with("-0")))) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::optional<element> GivenFields::find(std::string_view name) const {
    for (std::size_t i = 0; i < table->fields.size(); ++i) {
        if (has(i) && table->fields[i].name == name) return values[i];
    }
    return std::nullopt;
}

std::optional<std::string_view> GivenFields::text(std::string_view name) const {
    const auto found = find(name);
    std::string_view out;
    if (!found || found->get(out) != simdjson::SUCCESS) return std::nullopt;
    return out;
}

std::optional<std::int64_t> GivenFields::number(std::string_view name) const {
    const auto found = find(name);
    std::int64_t out = 0;
    if (!found || found->get(out) != simdjson::SUCCESS) return std::nullopt;
    return out;
}

std::optional<Date> GivenFields::date(std::string_view name) const {
    const auto found = text(name);
    return found ? Date::parse(*found) : std::nullopt;
}

PayloadReader::PayloadReader(const Catalogue& catalogue, const CodeLists& codes, Faults& faults)
    : catalogue_(catalogue), codes_(codes), faults_(faults) {
    for (const auto& table : catalogue.tables()) {
        for (const auto& field : table.fields) {
            if (field.code_list.empty()) continue;
            const auto rule = codes.rule(field.code_list);
            ENSURE(rule.has_value(), "every list named in the schema exists");
            rules_.emplace(&field, *rule);
        }
    }
}

void PayloadReader::read(const TypeInfo& type, element json, Draft& draft,
                         std::string& canonical) {
    builder_.Clear();
    draft_ = &draft;
    canonical_ = &canonical;
    base_depth_ = faults_.depth();
    seen_ = {};
    const auto faults_before = faults_.count();

    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        faults_.add("E_WRONG_TYPE", "an object is needed");
        return;
    }
    const auto root = read_table(*type.table, object, Mode::build);
    if (faults_.count() != faults_before) return;
    builder_.Finish(flatbuffers::Offset<flatbuffers::Table>(root));
    const auto size = builder_.GetSize();
    draft.payload.assign(builder_.GetBufferPointer(), builder_.GetBufferPointer() + size);
    // So far they count from the end, as the builder does.
    for (auto& reference : draft.references) reference.offset = size - reference.offset;
}

bool PayloadReader::read_beside(const TableInfo& table, element json, std::size_t base_depth,
                                Draft& draft, std::string& canonical) {
    draft_ = &draft;
    canonical_ = &canonical;
    base_depth_ = base_depth;
    const auto faults_before = faults_.count();
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        faults_.add("E_WRONG_TYPE", "an object is needed");
        return false;
    }
    read_table(table, object, Mode::beside);
    return faults_.count() == faults_before;
}

void PayloadReader::match(const TableInfo& table, simdjson::dom::object json, GivenFields& fields,
                          std::optional<element>& replacement_type) {
    fields.table = &table;
    const auto place = [&](std::string_view name) -> std::size_t {
        for (std::size_t i = 0; i < table.fields.size(); ++i) {
            if (table.fields[i].name == name) return i;
        }
        return table.fields.size();
    };
    for (const auto [name, value] : json) {
        const auto i = place(name);
        if (i == table.fields.size()) {
            const bool is_type = name.ends_with("_type") && table.find(name.substr(0, name.size() - 5));
            if (is_type && table.find(name.substr(0, name.size() - 5))->type == FieldType::payload) {
                if (replacement_type) faults_.add_at(name, "E_DUPLICATE_KEY", "given twice");
                replacement_type = value;
                continue;
            }
            std::vector<std::string_view> known;
            for (const auto& field : table.fields) known.push_back(field.name);
            const auto meant = nearest_word(name, known);
            auto what = meant.empty() ? fmt::format("{} has no such field", table.name)
                                      : fmt::format("{} has no such field; did you mean {}?",
                                                    table.name, meant);
            faults_.add_unknown(name, std::move(what));
        } else if (fields.has(i)) {
            faults_.add_at(name, "E_DUPLICATE_KEY", "given twice");
        } else if (table.fields[i].fill) {
            faults_.add_at(name, "E_FILLED_BY_LEDGER", "the ledger fills this in itself");
        } else {
            fields.given |= 1u << i;
            fields.values[i] = value;
        }
    }
}

PayloadReader::Offset PayloadReader::read_table(const TableInfo& table,
                                                simdjson::dom::object json, Mode mode) {
    GivenFields fields;
    std::optional<element> replacement_type;
    match(table, json, fields, replacement_type);

    std::array<Cell, table_fields_max> cells;
    Cell type_cell;
    *canonical_ += '{';
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const auto& field = table.fields[i];
        if (!fields.has(i)) {
            if (field.must && !field.fill) {
                faults_.add_at(field.name, "E_MISSING_FIELD",
                               fmt::format("{} needs this field", table.name));
            }
            if (field.fill && mode == Mode::build) {
                if (field.type == FieldType::id) cells[i].set_struct(schema::Id());
                if (field.type == FieldType::event) cells[i].set_struct(schema::EventRef());
            }
            continue;
        }
        Faults::In here(faults_, field.name);
        if (field.type == FieldType::payload) {
            read_replacement(field, replacement_type, fields.values[i], type_cell, cells[i]);
            continue;
        }
        append_name(*canonical_, field.name);
        names_of_ = &table;
        read_field(field, fields.values[i], mode, cells[i]);
    }
    *canonical_ += '}';
    check_across(fields, codes_, catalogue_, seen_, faults_);
    return mode == Mode::build ? finish_table(table, cells, type_cell) : 0;
}

void PayloadReader::read_field(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    // Inside a personal field everything is sealed with it.
    if (mode != Mode::sealed && field.personal != PersonalClass::none) {
        read_personal(field, json);
    } else if (field.list) {
        read_list(field, json, mode, cell);
    } else {
        read_value(field, json, mode, cell);
    }
}

void PayloadReader::read_personal(const FieldInfo& field, element json) {
    const auto begin = canonical_->size();
    Cell unused;
    if (field.list) read_list(field, json, Mode::sealed, unused);
    else read_value(field, json, Mode::sealed, unused);
    draft_->personal.push_back(
        {faults_.dotted(base_depth_), field.personal, canonical_->substr(begin)});
}

void PayloadReader::read_value(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    switch (field.type) {
        case FieldType::text: return read_text(field, json, mode, cell);
        case FieldType::code: return read_code(field, json, mode, cell);
        case FieldType::number: return read_number(field, json, cell);
        case FieldType::boolean: return read_boolean(json, cell);
        case FieldType::symbol: return read_symbol(field, json, cell);
        case FieldType::bytes: return read_bytes(field, json, mode, cell);
        case FieldType::event: return read_reference(json, cell);
        case FieldType::id:
        case FieldType::digest:
        case FieldType::date:
        case FieldType::instant: return read_fixed(field, json, cell);
        case FieldType::table: break;
        case FieldType::field_names: {
            const auto name = text_of(json);
            if (!name) return;
            const auto* named = names_of_->find(*name);
            if (!named || named->type == FieldType::field_names) {
                return faults_.add("E_BAD_CODE", "not a field of this event");
            }
            cell.kind = Cell::Kind::scalar;
            cell.scalar = named->reflected->id();
            return append_json_text(*canonical_, *name);
        }
        case FieldType::payload: ENSURE(false, "payloads are read with their type");
    }
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults_.add("E_WRONG_TYPE", "an object is needed");
    }
    if (object.begin() == object.end()) return faults_.add("E_EMPTY", "an empty object");
    cell.child = read_table(*field.table, object, mode);
    if (cell.child != 0) cell.kind = Cell::Kind::child;
}

void PayloadReader::read_list(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    simdjson::dom::array items;
    if (json.get(items) != simdjson::SUCCESS) {
        return faults_.add("E_WRONG_TYPE", "a list is needed");
    }
    const auto most = field.items_max != 0 ? field.items_max : list_items_max;
    const auto faults_before = faults_.count();
    const auto* table = names_of_;
    std::vector<Cell> cells;
    *canonical_ += '[';
    std::size_t index = 0;
    for (const auto item : items) {
        if (index >= most) {
            faults_.add("E_TOO_MANY", fmt::format("at most {} items", most));
            break;
        }
        Faults::In here(faults_, index++);
        append_comma(*canonical_);
        names_of_ = table;
        Cell one;
        read_value(field, item, mode, one);
        if (mode == Mode::build) cells.push_back(one);
    }
    *canonical_ += ']';
    if (index == 0) faults_.add("E_EMPTY", "an empty list");
    if (mode != Mode::build || faults_.count() != faults_before) return;
    cell.kind = Cell::Kind::child;
    cell.child = list_of(field, cells);
}

void PayloadReader::read_replacement(const FieldInfo& field, std::optional<element> type_json,
                                     element json, Cell& type_cell, Cell& cell) {
    std::string_view name;
    if (!type_json || type_json->get(name) != simdjson::SUCCESS) {
        return faults_.add("E_MISSING_FIELD",
                           fmt::format("{}_type names the type of this payload", field.name));
    }
    const auto* type = catalogue_.find(name);
    if (!type) {
        return faults_.add("E_UNKNOWN_TYPE",
                           fmt::format("{}_type is no event type", field.name));
    }
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults_.add("E_WRONG_TYPE", "an object is needed");
    }
    append_comma(*canonical_);
    *canonical_ += '"';
    *canonical_ += field.name;
    *canonical_ += "_type\":";
    append_json_text(*canonical_, type->name);
    append_name(*canonical_, field.name);
    cell.child = read_table(*type->table, object, Mode::build);
    if (cell.child == 0) return;
    cell.kind = Cell::Kind::child;
    type_cell.kind = Cell::Kind::scalar;
    type_cell.scalar = static_cast<std::uint64_t>(type->type);
}

std::optional<std::string_view> PayloadReader::text_of(element json) {
    std::string_view text;
    if (json.get(text) != simdjson::SUCCESS) {
        faults_.add("E_WRONG_TYPE", "a text is needed");
        return std::nullopt;
    }
    return text;
}

void PayloadReader::read_text(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    const auto text = text_of(json);
    if (!text) return;
    const auto most = field.length_max != 0 ? field.length_max : text_length_max;
    if (text->empty()) return faults_.add("E_EMPTY", "an empty text");
    if (text->size() > most && characters(*text) > most) {
        return faults_.add("E_TOO_LONG", fmt::format("at most {} characters", most));
    }
    if (!is_plain_text(*text)) {
        return faults_.add("E_BAD_TEXT", "control characters and direction marks are not allowed");
    }
    append_json_text(*canonical_, *text);
    if (mode != Mode::build) return;
    cell.kind = Cell::Kind::child;
    cell.child = builder_.CreateString(text->data(), text->size()).o;
}

void PayloadReader::read_code(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    const auto text = text_of(json);
    if (!text) return;
    if (text->empty()) return faults_.add("E_EMPTY", "an empty text");
    const auto most = field.length_max != 0 ? field.length_max : text_length_max;
    if (text->size() > most) {
        return faults_.add("E_TOO_LONG", fmt::format("at most {} characters", most));
    }
    const auto& rule = rules_.find(&field)->second;
    if (!codes_.allows(rule, *text)) return faults_.add(codes_.refusal(rule, *text));
    append_json_text(*canonical_, *text);
    if (mode != Mode::build) return;
    cell.kind = Cell::Kind::child;
    cell.child = builder_.CreateString(text->data(), text->size()).o;
}

void PayloadReader::read_number(const FieldInfo& field, element json, Cell& cell) {
    std::int64_t value = 0;
    const auto outside = [&] {
        faults_.add("E_OUT_OF_RANGE", fmt::format("from {} to {}", *field.least, *field.most));
    };
    if (json.is_uint64() && !json.is_int64()) return outside();
    if (json.get(value) != simdjson::SUCCESS) {
        std::string_view text;
        if (!is_wide(field) || json.get(text) != simdjson::SUCCESS) {
            return faults_.add("E_WRONG_TYPE", "a whole number is needed");
        }
        const auto parsed = whole_number(text);
        if (!parsed) return faults_.add("E_WRONG_TYPE", "a whole number is needed");
        value = *parsed;
    }
    if (value < *field.least || value > *field.most) return outside();
    if (!field.code_list.empty()) {
        const auto& rule = rules_.find(&field)->second;
        const auto code = std::to_string(value);
        if (!codes_.allows(rule, code)) return faults_.add(codes_.refusal(rule, code));
    }
    // 64-bit numbers are texts in our JSON: JavaScript loses them above 2^53.
    if (is_wide(field)) *canonical_ += '"';
    append_number(*canonical_, value);
    if (is_wide(field)) *canonical_ += '"';
    cell.kind = Cell::Kind::scalar;
    cell.scalar = static_cast<std::uint64_t>(value);
}

void PayloadReader::read_symbol(const FieldInfo& field, element json, Cell& cell) {
    const auto text = text_of(json);
    if (!text) return;
    const auto* symbol = field.symbols->find(*text);
    if (!symbol) {
        std::vector<std::string_view> known;
        std::string all;
        for (const auto& candidate : field.symbols->symbols) {
            known.push_back(candidate.name);
            all += (all.empty() ? "" : ", ") + candidate.name;
        }
        const auto meant = nearest_word(*text, known);
        if (meant.empty()) return faults_.add("E_BAD_CODE", "one of " + all);
        return faults_.add("E_BAD_CODE", fmt::format("one of {}; did you mean {}?", all, meant));
    }
    append_json_text(*canonical_, symbol->name);
    cell.kind = Cell::Kind::scalar;
    cell.scalar = static_cast<std::uint64_t>(symbol->value);
}

void PayloadReader::read_boolean(element json, Cell& cell) {
    bool value = false;
    if (json.get(value) != simdjson::SUCCESS) {
        return faults_.add("E_WRONG_TYPE", std::string(type_name(FieldType::boolean)) + " is needed");
    }
    *canonical_ += value ? "true" : "false";
    cell.kind = Cell::Kind::scalar;
    cell.scalar = value ? 1 : 0;
}

void PayloadReader::read_fixed(const FieldInfo& field, element json, Cell& cell) {
    const auto text = text_of(json);
    if (!text) return;
    if (field.type == FieldType::id) {
        const auto id = Id::parse(*text);
        if (!id) return faults_.add("E_BAD_ID", "an id has 32 hexadecimal digits");
        append_json_text(*canonical_, id->text());
        cell.set_struct(id->stored());
    } else if (field.type == FieldType::digest) {
        const auto raw = unhex(*text);
        if (!raw || raw->size() != sizeof(schema::Digest)) {
            return faults_.add("E_BAD_HEX", "a digest has 64 hexadecimal digits");
        }
        schema::Digest digest;
        std::memcpy(static_cast<void*>(&digest), raw->data(), raw->size());
        append_json_text(*canonical_, hex(reinterpret_cast<const std::uint8_t*>(raw->data()), 32));
        cell.set_struct(digest);
    } else if (field.type == FieldType::date) {
        const auto date = Date::parse(*text);
        if (!date) return faults_.add("E_BAD_DATE", "a real date written YYYY-MM-DD");
        append_json_text(*canonical_, *text);
        cell.set_struct(date->stored());
    } else {
        const auto instant = Instant::parse(*text);
        if (!instant) return faults_.add("E_BAD_DATE", "an instant written as RFC 3339 has it");
        append_json_text(*canonical_, instant->text());
        cell.set_struct(instant->stored());
    }
}

void PayloadReader::read_bytes(const FieldInfo& field, element json, Mode mode, Cell& cell) {
    const auto text = text_of(json);
    if (!text) return;
    if (text->empty()) return faults_.add("E_EMPTY", "an empty text");
    const auto most = field.length_max != 0 ? field.length_max : text_length_max;
    if (text->size() > 2 * most) {
        return faults_.add("E_TOO_LONG", fmt::format("at most {} bytes", most));
    }
    const auto raw = unhex(*text);
    if (!raw) return faults_.add("E_BAD_HEX", "an even number of hexadecimal digits is needed");
    const auto* data = reinterpret_cast<const std::uint8_t*>(raw->data());
    append_json_text(*canonical_, hex(data, raw->size()));
    if (mode != Mode::build) return;
    cell.kind = Cell::Kind::child;
    cell.child = builder_.CreateVector(data, raw->size()).o;
}

void PayloadReader::read_reference(element json, Cell& cell) {
    std::uint64_t position = 0;
    std::string_view text;
    std::optional<ReferenceTarget> target;
    if (json.get(position) == simdjson::SUCCESS) {
        target = Reference::At{Position{position}, std::nullopt};
    } else if (json.get(text) == simdjson::SUCCESS) {
        target = parse_reference(text);
    } else {
        return faults_.add("E_WRONG_TYPE", "a text is needed");
    }
    if (!target) {
        return faults_.add("E_BAD_REFERENCE", "written 12:<event id>, 12, <command id>#0 or #0");
    }
    append_json_text(*canonical_, reference_text(*target));
    draft_->references.push_back({faults_.dotted(base_depth_), 0, *target});
    cell.set_struct(schema::EventRef());
    cell.is_reference = true;
    cell.child = static_cast<Offset>(draft_->references.size() - 1);
}

PayloadReader::Offset PayloadReader::list_of(const FieldInfo& field,
                                             const std::vector<Cell>& cells) {
    const auto kind = cells.front().kind;
    if (kind == Cell::Kind::child) {
        std::vector<flatbuffers::Offset<void>> offsets;
        for (const auto& cell : cells) offsets.emplace_back(cell.child);
        return builder_.CreateVector(offsets).o;
    }
    if (kind == Cell::Kind::bytes) {
        ENSURE(field.type == FieldType::id, "the only structs in lists are ids");
        std::vector<schema::Id> ids(cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::memcpy(static_cast<void*>(&ids[i]), cells[i].bytes.data(), sizeof(schema::Id));
        }
        return builder_.CreateVectorOfStructs(ids).o;
    }
    if (scalar_size(field) == 1) {
        std::vector<std::uint8_t> numbers;
        for (const auto& cell : cells) numbers.push_back(static_cast<std::uint8_t>(cell.scalar));
        return builder_.CreateVector(numbers).o;
    }
    ENSURE(scalar_size(field) == 2, "numbers in lists have one or two bytes");
    std::vector<std::uint16_t> numbers;
    for (const auto& cell : cells) numbers.push_back(static_cast<std::uint16_t>(cell.scalar));
    return builder_.CreateVector(numbers).o;
}

void PayloadReader::put(const FieldInfo& field, const Cell& cell) {
    const auto slot = field.slot();
    switch (cell.kind) {
        case Cell::Kind::none: return;
        case Cell::Kind::child:
            return builder_.AddOffset(slot, flatbuffers::Offset<void>(cell.child));
        case Cell::Kind::bytes:
            builder_.Align(cell.alignment);
            builder_.PushBytes(cell.bytes.data(), cell.size);
            builder_.AddStructOffset(slot, builder_.GetSize());
            if (cell.is_reference) draft_->references[cell.child].offset = builder_.GetSize();
            return;
        case Cell::Kind::scalar: break;
    }
    switch (scalar_size(field)) {
        case 1: return builder_.AddElement(slot, static_cast<std::uint8_t>(cell.scalar));
        case 2: return builder_.AddElement(slot, static_cast<std::uint16_t>(cell.scalar));
        case 4: return builder_.AddElement(slot, static_cast<std::uint32_t>(cell.scalar));
        default: return builder_.AddElement(slot, cell.scalar);
    }
}

PayloadReader::Offset PayloadReader::finish_table(const TableInfo& table,
                                                  const std::array<Cell, table_fields_max>& cells,
                                                  const Cell& replacement_type) {
    const auto start = builder_.StartTable();
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const auto& field = table.fields[i];
        if (field.type == FieldType::payload && cells[i].kind == Cell::Kind::child) {
            // The type of a union stands in the slot before it.
            builder_.AddElement(static_cast<flatbuffers::voffset_t>(field.slot() - 2),
                                static_cast<std::uint8_t>(replacement_type.scalar));
        }
        put(field, cells[i]);
    }
    return builder_.EndTable(start);
}

}  // namespace events
