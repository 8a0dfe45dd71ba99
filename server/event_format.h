// Stored events in the three forms that readers may ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "ledger/ledger.h"

namespace server {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view ndjson_type = "application/x-ndjson";
inline constexpr std::string_view jsonl_type = "application/jsonl";
inline constexpr std::string_view frames_type = "application/vnd.flatbuffers";

/// Which events a reader wants.
struct Selection {
    std::vector<events::schema::Payload> types;  ///< empty: all
    std::optional<events::StreamId> stream;

    bool everything() const { return types.empty() && !stream; }
    bool has(const events::schema::Event& event) const;

    /// Reads the parameters `type` (names, separated by commas) and `stream`; null is not given.
    /// Fails with `invalid` E_BAD_PARAMETER.
    static base::Result<Selection> parse(const events::Catalogue& catalogue,
                                         const std::string* type, const std::string* stream);
};

/// Appends one event as a CloudEvent. Sealed fields are opened only where `personal`.
void append_event_json(std::string& out, const ledger::Ledger& ledger,
                       const events::schema::Event& event, bool personal);
/// Appends the event's stored bytes after their length as a little-endian u32.
void append_event_frame(std::string& out, std::string_view bytes);

/// A part of a longer answer.
struct Piece {
    std::string text;
    std::uint64_t next = 0;    ///< position to go on from
    std::uint64_t events = 0;  ///< how many are in `text`
    std::uint64_t last = 0;    ///< position of the last of them
    bool exhausted = false;    ///< nothing is left before `upto`
};

enum class Form { json_items, ndjson, frames };

struct Range {
    std::uint64_t from = 0;
    std::uint64_t upto = 0;  ///< exclusive
    std::uint64_t events_max = 0;
    std::uint64_t scan_max = 0;
    std::size_t bytes_max = 0;
};

/// Reads a part of the log. Blocks; belongs on a worker.
base::Result<Piece> read_piece(const ledger::Ledger& ledger, const Selection& selection,
                               const Range& range, Form form, bool personal);

/// A position from `begin`, `end`, a number, or an instant (the first event recorded after it).
base::Result<std::uint64_t> parse_position(const ledger::Ledger& ledger, std::string_view name,
                                           std::string_view text);

}  // namespace server
