// One payload as catalogue JSON. Internal to events/json.
#pragma once

#include <string>

#include "events/json/event_writer.h"

namespace events {

/// Classes of personal fields, as bits.
using Classes = unsigned;

/// Stored bytes may hold a number that is no class: it has no bit.
inline Classes bit(PersonalClass personal_class) {
    return personal_class <= PersonalClass::MAX ? 1u << static_cast<unsigned>(personal_class) : 0u;
}

/// Lifetime: borrows everything it is handed.
class PayloadWriter {
public:
    /// `hidden`: classes whose fields are shown as null where they are not among `opened`.
    PayloadWriter(std::string& out, const Catalogue& catalogue, const PersonalView* opened,
                  Classes hidden)
        : out_(out), catalogue_(catalogue), opened_(opened), hidden_(hidden) {}

    /// The place of what is written next, `evidence.0`.
    void set_path(std::string path) { path_ = std::move(path); }
    void write_table(const TableInfo& info, const flatbuffers::Table& table);

private:
    using Table = flatbuffers::Table;

    void write_field(const TableInfo& info, const FieldInfo& field, const Table& table);
    void write_personal(const FieldInfo& field);
    void write_replacement(const FieldInfo& field, const Table& table);
    void write_scalar(const FieldInfo& field, std::int64_t value);
    void write_struct(const FieldInfo& field, const Table& table);
    void write_list(const TableInfo& info, const FieldInfo& field, const Table& table);
    void write_tables(const FieldInfo& field, const Table& table);
    void write_field_name(const TableInfo& info, std::uint16_t id);

    std::string& out_;
    const Catalogue& catalogue_;
    const PersonalView* opened_;
    Classes hidden_;
    std::string path_;
};

}  // namespace events
