// From checked values to a FlatBuffers table, in order of the schema's fields.
#include "events/json/payload_reader.h"

namespace events {
namespace {

/// Bytes that one value of the field takes in a table or in a list.
std::uint8_t scalar_size(const FieldInfo& field) {
    const auto* type = field.reflected->type();
    const auto base = type->base_type() == reflection::Vector ? type->element() : type->base_type();
    return static_cast<std::uint8_t>(flatbuffers::GetTypeSize(base));
}

}  // namespace

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
