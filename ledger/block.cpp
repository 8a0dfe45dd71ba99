#include "ledger/block.h"

#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::uint8_t block_format = 1;

}  // namespace

std::string BlockRecord::encoded() const {
    std::string out;
    append_number(out, block_format);
    append_number(out, generation);
    append_number(out, first);
    append_number(out, count);
    append_number(out, static_cast<std::uint64_t>(time.micros));
    append_bytes(out, root_before);
    append_bytes(out, root_after);
    append_bytes(out, side_section);
    append_number(out, static_cast<std::uint16_t>(owners.size()));
    for (const auto& owner : owners) {
        append_number(out, owner.position);
        append_number(out, owner.index);
        append_number(out, static_cast<std::uint8_t>(owner.release));
        append_bytes(out, owner.owner.bytes);
        append_number(out, static_cast<std::uint8_t>(owner.code.size()));
        out += owner.code;
    }
    return out;
}

std::optional<BlockRecord> BlockRecord::decode(std::string_view bytes) {
    ByteReader in(bytes);
    if (in.number<std::uint8_t>() != block_format) return std::nullopt;
    BlockRecord out;
    out.generation = in.number<std::uint32_t>();
    out.first = in.number<std::uint64_t>();
    out.count = in.number<std::uint32_t>();
    out.time.micros = static_cast<std::int64_t>(in.number<std::uint64_t>());
    out.root_before = in.array<32>();
    out.root_after = in.array<32>();
    out.side_section = in.array<32>();
    const auto owners = in.number<std::uint16_t>();
    for (unsigned i = 0; i < owners && in.ok(); ++i) {
        OwnerChange owner;
        owner.position = in.number<std::uint64_t>();
        owner.index = in.number<std::uint16_t>();
        owner.release = in.number<std::uint8_t>() != 0;
        owner.owner.bytes = in.array<16>();
        owner.code = in.take(in.number<std::uint8_t>());
        out.owners.push_back(std::move(owner));
    }
    if (!in.finished()) return std::nullopt;
    return out;
}

std::string position_key(std::uint64_t position) {
    std::string out;
    append_number(out, position);
    return out;
}

std::string blob_key(std::uint64_t position, std::uint16_t index) {
    auto out = position_key(position);
    append_number(out, index);
    return out;
}

std::string tile_key(TileName tile) {
    std::string out;
    append_number(out, tile.level);
    append_number(out, tile.index);
    return out;
}

}  // namespace ledger
