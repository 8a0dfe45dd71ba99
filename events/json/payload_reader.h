// One payload from JSON: checked field by field against the catalogue, written as FlatBuffers
// (clear fields) and as canonical text (all fields). Internal to events/json.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/catalogue.h"
#include "events/codes/code_lists.h"
#include "events/codes/identifiers.h"
#include "events/command.h"
#include "events/json/faults.h"

namespace events {

/// The members of one JSON object, found in the fields of a table.
struct GivenFields {
    const TableInfo* table = nullptr;
    std::array<simdjson::dom::element, table_fields_max> values;
    std::uint32_t given = 0;  ///< bit i: field i is there

    bool has(std::size_t i) const { return given >> i & 1u; }
    /// The value of a field by name; nothing if it is absent.
    std::optional<simdjson::dom::element> find(std::string_view name) const;
    /// The same as text or number, nothing if it is absent or of another type.
    std::optional<std::string_view> text(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;
    std::optional<Date> date(std::string_view name) const;
};

/// What checks across fields learn from a payload before they can compare.
struct SeenInPayload {
    std::optional<DocumentNumber> document;
};

/// Threads: one reader per thread (it keeps a builder).
class PayloadReader {
public:
    PayloadReader(const Catalogue& catalogue, const CodeLists& codes, Faults& faults);

    /// Reads `json` into the draft (payload, personal, references) and appends its canonical
    /// text. Faults are added; with faults the draft is of no use.
    void read(const TypeInfo& type, simdjson::dom::element json, Draft& draft,
              std::string& canonical);
    /// Reads a table that is no payload (evidence): canonical text and personal fields only.
    bool read_beside(const TableInfo& table, simdjson::dom::element json, std::size_t base_depth,
                     Draft& draft, std::string& canonical);

private:
    using Offset = flatbuffers::uoffset_t;

    /// What becomes of a value besides its canonical text.
    enum class Mode {
        build,   ///< written to the payload, its personal fields split off
        beside,  ///< not written, its personal fields split off
        sealed,  ///< inside a personal field, sealed as part of it
    };

    /// A value ready to be put into a table.
    struct Cell {
        enum class Kind { none, scalar, bytes, child };
        Kind kind = Kind::none;
        std::uint8_t size = 0;
        std::uint8_t alignment = 1;
        bool is_reference = false;
        Offset child = 0;
        std::uint64_t scalar = 0;
        std::array<std::uint8_t, 32> bytes;

        template <class Struct>
        void set_struct(const Struct& value) {
            static_assert(sizeof(Struct) <= 32);
            kind = Kind::bytes;
            size = sizeof(Struct);
            alignment = alignof(Struct);
            std::memcpy(bytes.data(), static_cast<const void*>(&value), sizeof(Struct));
        }
    };

    /// A table's offset; 0 where it is not built or faulty.
    Offset read_table(const TableInfo& table, simdjson::dom::object json, Mode mode);
    void match(const TableInfo& table, simdjson::dom::object json, GivenFields& fields,
               std::optional<simdjson::dom::element>& replacement_type);
    void read_field(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_personal(const FieldInfo& field, simdjson::dom::element json);
    void read_value(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_list(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_replacement(const FieldInfo& field, std::optional<simdjson::dom::element> type,
                          simdjson::dom::element json, Cell& type_cell, Cell& cell);
    void read_text(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_code(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_number(const FieldInfo& field, simdjson::dom::element json, Cell& cell);
    void read_symbol(const FieldInfo& field, simdjson::dom::element json, Cell& cell);
    void read_boolean(simdjson::dom::element json, Cell& cell);
    void read_fixed(const FieldInfo& field, simdjson::dom::element json, Cell& cell);
    void read_bytes(const FieldInfo& field, simdjson::dom::element json, Mode mode, Cell& cell);
    void read_field_name(simdjson::dom::element json, Cell& cell);
    void read_reference(simdjson::dom::element json, Cell& cell);
    Offset list_of(const FieldInfo& field, const std::vector<Cell>& cells);
    Offset finish_table(const TableInfo& table, const std::array<Cell, table_fields_max>& cells,
                        const Cell& replacement_type);
    void put(const FieldInfo& field, const Cell& cell);
    std::optional<std::string_view> text_of(simdjson::dom::element json);

    const Catalogue& catalogue_;
    const CodeLists& codes_;
    Faults& faults_;
    std::unordered_map<const FieldInfo*, CodeRule> rules_;
    flatbuffers::FlatBufferBuilder builder_;
    // Of the payload at hand.
    Draft* draft_ = nullptr;
    std::string* canonical_ = nullptr;
    std::size_t base_depth_ = 0;
    const TableInfo* names_of_ = nullptr;  ///< table whose field names are being read
    SeenInPayload seen_;
};

/// Checks across the fields of one table (events/json/cross_checks.cpp).
void check_across(const GivenFields& fields, const CodeLists& codes, const Catalogue& catalogue,
                  SeenInPayload& seen, Faults& faults);

}  // namespace events
