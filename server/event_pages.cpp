#include "server/event_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "events/event.h"
#include "server/digest.h"
#include "server/limits.h"
#include "server/packing.h"

namespace server {
namespace {

/// Whether the client reads fields that come after the body.
bool takes_trailers(const Request& request) {
    const std::string* accepted = request.header("te");
    return accepted && accepted->find("trailers") != std::string::npos;
}

/// The body of a flow on its way out: hashed as it was read, packed, and hashed as it is sent.
class FlowBody {
public:
    FlowBody(const Request& request, Response& head) : trailers_(takes_trailers(request)) {
        if (head.packable) {
            head.vary("Accept-Encoding");
            const Coding coding = Acceptable::of(request).best;
            if (coding != Coding::identity) {
                packer_.emplace(coding);
                head.set("Content-Encoding", std::string(name_of(coding)));
            }
        }
        if (trailers_) head.set("Trailer", "Repr-Digest");
    }

    /// A piece of the flow as it is sent.
    std::string add(std::string piece, bool last) {
        content_.add(piece);
        return sent(std::move(piece), last);
    }
    /// The same, for the closing line that tells the hash of all before it.
    std::string sent(std::string piece, bool last) {
        if (packer_) {
            piece = packer_->add(piece);
            if (last) piece += packer_->finish();
        }
        if (trailers_) on_wire_.add(piece);
        return piece;
    }
    /// The closing line of a flow of `count` events, `last` being the position of the last one.
    std::string end_line(std::uint64_t count, std::uint64_t last) {
        return fmt::format("{{\"end\":true,\"count\":{},\"last\":{},\"hash\":\"{}\"}}\n", count,
                           count ? fmt::format("\"{}\"", last) : "null",
                           events::hex(content_.finish()));
    }
    std::vector<Header> trailer() {
        if (!trailers_) return {};
        return {{"Repr-Digest", repr_digest(on_wire_.finish())}};
    }

private:
    const bool trailers_;
    std::optional<Packer> packer_;
    RunningHash content_, on_wire_;
};

}  // namespace

awaitable<base::Result<Response>> answer_page(Call& call, const Selection& selection, Range range,
                                              bool personal, std::string self,
                                              std::string members) {
    const auto& ledger = call.services.ledger;
    range.bytes_max = limits::page_bytes_max;
    range.scan_max = limits::page_scan_max;
    auto job = [&] { return read_piece(ledger, selection, range, Form::json_items, personal); };
    const auto piece = co_await call.services.workers.run(job);
    if (!piece) co_return piece.error();

    Response response = Response::json({});
    response.body = fmt::format("{{{}\"events\":[", members);
    response.body.append(piece->text).append("]");
    if (!piece->exhausted && piece->next > 0) {
        // A cursor is the last position looked at: pages go on after it and never shift.
        const std::uint64_t cursor = piece->next - 1;
        fmt::format_to(std::back_inserter(response.body), ",\"next_cursor\":\"{}\"", cursor);
        response.set("Link", fmt::format("<{}after={}&limit={}>; rel=\"next\"", self, cursor,
                                         range.events_max));
    }
    fmt::format_to(std::back_inserter(response.body), ",\"head\":\"{}\"}}\n", ledger.head().size);
    response.set("Cache-Control", personal ? "no-store" : "no-cache");
    response.set("Vary", "Accept");
    response.packable = !personal;
    co_return response;
}

awaitable<base::Result<Response>> answer_flow(Call& call, const Selection& selection, Range range,
                                              Form form, bool personal) {
    const auto& ledger = call.services.ledger;
    Response head;
    head.set("Content-Type", std::string(form == Form::ndjson ? ndjson_type : frames_type));
    head.set("Cache-Control", personal ? "no-store" : "no-cache");
    head.set("Vary", "Accept");
    head.packable = !personal;
    FlowBody body(call.request, head);
    const auto started = co_await call.connection.start(head);
    if (!started) co_return started.error();

    std::uint64_t left = range.events_max, count = 0, last = 0;
    range.bytes_max = limits::piece_bytes_max;
    range.scan_max = limits::page_scan_max;
    // HEAD is told what GET would begin with, which needs no event.
    for (bool ended = call.request.method == Method::head; !ended;) {
        range.events_max = std::min<std::uint64_t>(left, limits::piece_events_max);
        auto job = [&]() -> base::Result<std::string> {
            auto piece = read_piece(ledger, selection, range, form, personal);
            if (!piece) return piece.error();
            range.from = piece->next;
            left -= piece->events;
            count += piece->events;
            if (piece->events > 0) last = piece->last;
            ended = piece->exhausted || left == 0;
            std::string out = body.add(std::move(piece->text), ended && form != Form::ndjson);
            if (ended && form == Form::ndjson) out += body.sent(body.end_line(count, last), true);
            return out;
        };
        const auto piece = co_await call.services.workers.run(job);
        if (!piece) co_return piece.error();
        const auto written = co_await call.connection.write_piece(*piece);
        if (!written) co_return written.error();
    }
    const auto finished = co_await call.connection.finish(body.trailer());
    if (!finished) co_return finished.error();
    head.sent = true;
    co_return head;
}

}  // namespace server
