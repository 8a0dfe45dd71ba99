#include "events/json/payload_reader.h"

#include <fmt/format.h>

#include <charconv>

#include "events/json/references.h"
#include "events/json/text.h"

namespace events {

using simdjson::dom::element;

namespace {

constexpr std::size_t list_items_max = 1'000;  // where the schema gives no bound

/// Whether the member is the `<field>_type` that stands beside a nested payload.
bool names_type(const TableInfo& table, std::string_view member) {
    static constexpr std::string_view suffix = "_type";
    if (!member.ends_with(suffix)) return false;
    const auto* field = table.find(member.substr(0, member.size() - suffix.size()));
    return field && field->type == FieldType::payload;
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
            if (names_type(table, name)) {
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
        case FieldType::field_names: return read_field_name(json, cell);
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

}  // namespace events
