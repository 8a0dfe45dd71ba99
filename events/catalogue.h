// The catalogue: what can happen, read from the schema's own reflection. JSON, field checks,
// sealing, masking, role checks, documents and help texts are all driven by it.
#pragma once

#include <flatbuffers/reflection.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/ids.h"
#include "events/schema/event_generated.h"

namespace events {

struct TableInfo;
struct EnumInfo;

/// What a field holds, in the words of the catalogue.
enum class FieldType {
    text,      ///< string
    code,      ///< string out of a code list
    number,    ///< integer
    boolean,
    symbol,    ///< enumerator, by name
    id,        ///< 32 hexadecimal digits
    digest,    ///< 64 hexadecimal digits
    bytes,     ///< hexadecimal digits
    date,      ///< YYYY-MM-DD
    instant,   ///< RFC 3339
    event,     ///< reference to an event
    table,     ///< nested object
    payload,   ///< nested payload, its type beside it as `<name>_type`
    field_names,  ///< names of fields of the same table
};

struct FieldInfo {
    std::string name;
    std::string zh;
    std::string en;
    FieldType type = FieldType::text;
    bool list = false;           ///< a JSON array of `type`
    bool must = false;
    bool fill = false;
    PersonalClass personal = PersonalClass::none;
    std::string code_list;       ///< for `code`
    StreamKind concerns = StreamKind::none;
    std::string unit;
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
    std::size_t length_max = 0;  ///< characters (or bytes); 0: no bound of its own
    std::size_t items_max = 0;
    const TableInfo* table = nullptr;  ///< for `table`
    const EnumInfo* symbols = nullptr; ///< for `symbol`
    const reflection::Field* reflected = nullptr;
    bool is_public_name = false;  ///< a public name, never of a natural person
    bool is_digits = false;       ///< text of decimal digits

    /// Where the field stands in a FlatBuffers table.
    flatbuffers::voffset_t slot() const { return reflected->offset(); }
};

struct EnumInfo {
    std::string name;
    struct Symbol { std::string name; std::int64_t value; };
    std::vector<Symbol> symbols;  ///< without the zero `none`

    const Symbol* find(std::string_view symbol) const;
    const Symbol* find(std::int64_t value) const;
};

/// Fields of one table at most, so that readers can keep them in fixed arrays.
inline constexpr std::size_t table_fields_max = 32;

struct TableInfo {
    std::string name;
    std::vector<FieldInfo> fields;  ///< in order of field id
    const reflection::Object* reflected = nullptr;

    const FieldInfo* find(std::string_view field) const;
};

/// How a type uses its effective dates.
enum class DateUse {
    none,         ///< a step of a process: always the civil date of recording
    from,         ///< holds from a day
    period,       ///< holds in a period that must be given
    open_period,  ///< from a day, perhaps to a day
    month,        ///< exactly one calendar month
};

enum class ApprovalUse { never, always, by_rule };

struct TypeInfo {
    schema::Payload type = schema::Payload::NONE;
    std::string name;        ///< `AffiliationStarted`
    std::string event_type;  ///< `talent.AffiliationStarted.v1`
    std::string zh;
    std::string en;
    StreamKind home = StreamKind::none;  ///< none: that of the target (corrections)
    bool opens = false;
    std::string list;                    ///< reference list, where the home stream is one
    std::uint32_t roles = 0;             ///< bit r set: role r may record it
    DateUse dates = DateUse::from;
    ApprovalUse approval = ApprovalUse::never;
    const TableInfo* table = nullptr;
    bool has_personal = false;

    bool may_record(Role role) const { return roles >> static_cast<unsigned>(role) & 1u; }
};

/// Threads:  read-only after construction; may be shared.
class Catalogue {
public:
    /// The catalogue of the schema compiled into this program.
    static const Catalogue& built_in();
    ~Catalogue();

    const std::vector<TypeInfo>& types() const;
    const TypeInfo* find(schema::Payload type) const;
    /// By `talent.AffiliationStarted.v1` or by `AffiliationStarted`.
    const TypeInfo* find(std::string_view name) const;
    const std::vector<TableInfo>& tables() const;
    /// By its name, `Evidence`; null if there is none.
    const TableInfo* table(std::string_view name) const;
    const reflection::Schema& reflected() const;
    /// The binary schema itself, as SchemaPublished records it.
    std::string_view schema_bytes() const;

private:
    Catalogue();
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace events
