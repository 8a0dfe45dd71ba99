#include "server/event_pages.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "events/base/ensure.h"
#include "server/limits.h"

namespace server {
namespace {

/// SHA-256 of a body that is never in memory as a whole.
class RunningHash {
public:
    RunningHash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
        ENSURE(context_ && sha256 && EVP_DigestInit_ex2(context_.get(), sha256, nullptr) == 1,
               "SHA-256 is always there");
    }
    void add(std::string_view bytes) {
        ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "never fails");
    }
    std::string text() {
        events::Hash hash;
        unsigned size = 0;
        ENSURE(EVP_DigestFinal_ex(context_.get(), hash.data(), &size) == 1, "never fails");
        return events::hex(hash);
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
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
    co_return response;
}

awaitable<base::Result<Response>> answer_flow(Call& call, const Selection& selection, Range range,
                                              Form form, bool personal) {
    const auto& ledger = call.services.ledger;
    Response head;
    head.set("Content-Type", std::string(form == Form::ndjson ? ndjson_type : frames_type));
    head.set("Cache-Control", personal ? "no-store" : "no-cache");
    head.set("Vary", "Accept");
    head.set("Ledger-Request-Id", call.request.request_id);
    const auto started = co_await call.connection.start(head);
    if (!started) co_return started.error();

    RunningHash hash;
    std::uint64_t left = range.events_max, count = 0, last = 0;
    range.bytes_max = limits::piece_bytes_max;
    range.scan_max = limits::page_scan_max;
    for (bool exhausted = false; !exhausted && left > 0;) {
        range.events_max = std::min<std::uint64_t>(left, limits::piece_events_max);
        auto job = [&] { return read_piece(ledger, selection, range, form, personal); };
        const auto piece = co_await call.services.workers.run(job);
        if (!piece) co_return piece.error();
        hash.add(piece->text);
        const auto written = co_await call.connection.write_piece(piece->text);
        if (!written) co_return written.error();
        exhausted = piece->exhausted;
        range.from = piece->next;
        left -= piece->events;
        count += piece->events;
        if (piece->events > 0) last = piece->last;
    }
    if (form == Form::ndjson) {
        const std::string end =
            fmt::format("{{\"end\":true,\"count\":{},\"last\":{},\"hash\":\"{}\"}}\n", count,
                        count ? fmt::format("\"{}\"", last) : "null", hash.text());
        const auto written = co_await call.connection.write_piece(end);
        if (!written) co_return written.error();
    }
    const auto finished = co_await call.connection.finish();
    if (!finished) co_return finished.error();
    head.sent = true;
    co_return head;
}

}  // namespace server
