#include "server/event_format.h"

#include <algorithm>
#include <charconv>

#include "events/json/event_writer.h"
#include "server/limits.h"
#include "server/route.h"

namespace server {
namespace {

void append_as(std::string& out, Form form, const ledger::Ledger& ledger, std::string_view bytes,
               const events::schema::Event& event, bool personal) {
    if (form == Form::frames) return append_event_frame(out, bytes);
    if (form == Form::json_items && !out.empty()) out += ',';
    append_event_json(out, ledger, event, personal);
    if (form == Form::ndjson) out += '\n';
}

/// Events of one stream, found through its revisions.
base::Result<Piece> read_stream_piece(const ledger::Ledger& ledger, const Selection& selection,
                                      const Range& range, Form form, bool personal) {
    Piece piece;
    piece.next = range.from;
    events::Revision revision{1};
    for (;;) {
        const auto positions =
            ledger.positions(*selection.stream, revision, limits::page_events_max);
        for (const events::Position position : positions) {
            if (position.value < range.from) continue;
            if (position.value >= range.upto) return piece.exhausted = true, piece;
            if (piece.events == range.events_max || piece.text.size() >= range.bytes_max)
                return piece;
            const auto stored = ledger.event(position);
            if (!stored) return stored.error();
            piece.next = position.value + 1;
            if (!selection.has(stored->event())) continue;
            append_as(piece.text, form, ledger, stored->bytes(), stored->event(), personal);
            ++piece.events;
            piece.last = position.value;
        }
        if (positions.size() < limits::page_events_max) return piece.exhausted = true, piece;
        revision.value += static_cast<std::uint32_t>(positions.size());
    }
}

}  // namespace

bool Selection::has(const events::schema::Event& event) const {
    if (!types.empty() &&
        std::find(types.begin(), types.end(), event.payload_type()) == types.end())
        return false;
    if (!stream) return true;
    return std::any_of(event.streams()->begin(), event.streams()->end(), [&](const auto* each) {
        return each->kind() == stream->kind && events::Id::of(each->id()) == stream->id;
    });
}

base::Result<Selection> Selection::parse(const events::Catalogue& catalogue,
                                         const std::string* type, const std::string* stream) {
    Selection selection;
    for (std::string_view rest = type ? *type : std::string_view(); !rest.empty();) {
        const auto end = rest.find(',');
        const auto* info = catalogue.find(rest.substr(0, end));
        if (!info) return bad_parameter("type", "names no event type; see /v1/types");
        selection.types.push_back(info->type);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    if (stream) {
        selection.stream = events::StreamId::parse(*stream);
        if (!selection.stream) return bad_parameter("stream", "is not written kind/id");
    }
    return selection;
}

void append_event_json(std::string& out, const ledger::Ledger& ledger,
                       const events::schema::Event& event, bool personal) {
    const events::Hash leaf = ledger.leaf({event.position()});
    if (!personal) return events::write_event(out, ledger.catalogue(), event, leaf);
    const events::PersonalView view = ledger.personal(event);
    events::write_event(out, ledger.catalogue(), event, leaf, &view);
}

void append_event_frame(std::string& out, std::string_view bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    for (unsigned shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(size >> shift & 0xffu);
    out.append(bytes);
}

base::Result<Piece> read_piece(const ledger::Ledger& ledger, const Selection& selection,
                               const Range& range, Form form, bool personal) {
    if (selection.stream) return read_stream_piece(ledger, selection, range, form, personal);
    Piece piece;
    piece.next = range.from;
    if (range.from >= range.upto) return piece.exhausted = true, piece;
    ledger::EventScan scan = ledger.scan(selection.types, {range.from}, {range.upto});
    while (scan.looked() < range.scan_max) {
        if (piece.events == range.events_max || piece.text.size() >= range.bytes_max) break;
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) {
            piece.next = std::max(range.from, range.upto);
            break;
        }
        piece.next = scan.position().value + 1;
        append_as(piece.text, form, ledger, scan.bytes(), scan.event(), personal);
        ++piece.events;
        piece.last = scan.position().value;
    }
    piece.exhausted = piece.next >= range.upto;
    return piece;
}

base::Result<std::uint64_t> parse_position(const ledger::Ledger& ledger, std::string_view name,
                                           std::string_view text) {
    if (text == "begin") return std::uint64_t{0};
    if (text == "end") return ledger.head().size;
    std::uint64_t value = 0;
    const auto [stopped, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc() && stopped == text.data() + text.size() && !text.empty())
        return value;
    if (const auto instant = events::Instant::parse(text))
        return ledger.first_after(*instant).value;
    return bad_parameter(name, "is neither begin, end, a position nor an instant");
}

}  // namespace server
