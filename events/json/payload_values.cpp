// Single values of a payload: text, codes, numbers, names, ids, dates, references.
#include <fmt/format.h>

#include <charconv>

#include "events/json/payload_reader.h"
#include "events/json/references.h"
#include "events/json/text.h"

namespace events {

using simdjson::dom::element;

namespace {

constexpr std::size_t text_length_max = 500;  // where the schema gives no bound

std::size_t length_bound(const FieldInfo& field) {
    return field.length_max != 0 ? field.length_max : text_length_max;
}

bool is_wide(const FieldInfo& field) {
    const auto base = field.reflected->type()->base_type();
    return base == reflection::ULong || base == reflection::Long;
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
    const auto most = length_bound(field);
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
    const auto most = length_bound(field);
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
        return faults_.add("E_WRONG_TYPE", "true or false is needed");
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
    const auto most = length_bound(field);
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

void PayloadReader::read_field_name(element json, Cell& cell) {
    const auto name = text_of(json);
    if (!name) return;
    const auto* named = names_of_->find(*name);
    if (!named || named->type == FieldType::field_names) {
        return faults_.add("E_BAD_CODE", "not a field of this event");
    }
    append_json_text(*canonical_, *name);
    cell.kind = Cell::Kind::scalar;
    cell.scalar = named->reflected->id();
}

}  // namespace events
