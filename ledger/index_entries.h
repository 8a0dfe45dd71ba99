// Keys and values of the index part (docs/data_layout.md). Internal to ledger/index*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/ids.h"
#include "ledger/bytes.h"

namespace ledger::index_entries {

inline constexpr std::uint32_t format = 2;
/// Of an index in which damage was met.
inline constexpr std::uint32_t no_format = 0;
inline constexpr char owner_tag = 'c';
inline constexpr char head_tag = 'h';
inline constexpr char mark_tag = 'm';
inline constexpr char command_tag = 'r';
inline constexpr char run_tag = 's';
inline constexpr char mask_tag = 't';
/// Positions in one entry at most.
inline constexpr std::size_t run_positions_max = 1'024;

inline std::string stream_key(char tag, const events::StreamId& stream) {
    std::string out(1, tag);
    append_number(out, static_cast<std::uint8_t>(stream.kind));
    append_bytes(out, stream.id.bytes);
    return out;
}

inline std::string run_key(const events::StreamId& stream, std::uint32_t first_revision) {
    auto out = stream_key(run_tag, stream);
    append_number(out, first_revision);
    return out;
}

inline std::string command_key(const events::Id& command) {
    std::string out(1, command_tag);
    append_bytes(out, command.bytes);
    return out;
}

/// All changes of one code lie together; codes have no zero byte.
inline std::string owner_prefix(std::string_view code) {
    std::string out(1, owner_tag);
    out += code;
    out.push_back('\0');
    return out;
}

inline std::string mark_key() { return std::string(1, mark_tag); }

}  // namespace ledger::index_entries
