#include "server/event_subscription.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "server/limits.h"
#include "server/stream_checkpoints.h"

namespace server {
namespace {

class Subscription {
public:
    Subscription(Call& call, const Selection& selection, std::uint64_t from,
                 StreamCheckpoints& checkpoints, std::string first)
        : call_(call),
          selection_(selection),
          checkpoints_(checkpoints),
          first_(std::move(first)),
          next_(from),
          told_(from),
          quiet_since_(call.services.clock.now()) {}

    awaitable<base::Result<void>> follow();

private:
    base::Result<std::string> read_frames(std::uint64_t upto);
    base::Result<void> append_checkpoint(std::string& out);
    void append_event(std::string& out, const events::schema::Event& event);
    void note_progress(std::string& out, std::uint64_t head);
    awaitable<base::Result<void>> rest(std::uint64_t seen);

    Call& call_;
    const Selection& selection_;
    StreamCheckpoints& checkpoints_;
    const std::string first_;  ///< the checkpoint that was asked for
    std::uint64_t next_;  ///< position to look at next
    std::uint64_t told_;  ///< the reader's cursor: position after the last id it was sent
    bool caught_up_ = false;
    Bell::Time quiet_since_;  ///< when something was sent last
};

std::string checkpoint_frame(std::string_view data) {
    return fmt::format("event: checkpoint\ndata: {}\n\n", data);
}

void Subscription::append_event(std::string& out, const events::schema::Event& event) {
    fmt::format_to(std::back_inserter(out), "id: {}\nevent: event\ndata: ", event.position());
    append_event_json(out, call_.services.ledger, event, false);
    out += "\n\n";
    told_ = event.position() + 1;
}

/// Blocks; runs on a worker.
base::Result<std::string> Subscription::read_frames(std::uint64_t upto) {
    std::string out;
    if (next_ >= upto) return out;
    ledger::EventScan scan = call_.services.ledger.scan(selection_.types, {next_}, {upto}, true);
    while (scan.looked() < limits::piece_events_max && out.size() < limits::piece_bytes_max) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) {
            next_ = upto;  // none of what is left is for this reader
            break;
        }
        next_ = scan.position().value + 1;
        if (selection_.has(scan.event())) append_event(out, scan.event());
    }
    return out;
}

/// Blocks; runs on a worker.
base::Result<void> Subscription::append_checkpoint(std::string& out) {
    const auto data = checkpoints_.next(next_);
    if (!data) return data.error();
    if (!*data) return {};
    if (next_ > told_) fmt::format_to(std::back_inserter(out), "id: {}\n", next_ - 1);
    told_ = std::max(told_, next_);
    out += checkpoint_frame(**data);
    return {};
}

/// Tells where the reader stands: its cursor where nothing was for it, and whether it follows.
void Subscription::note_progress(std::string& out, std::uint64_t head) {
    const bool now_caught_up = next_ >= head;
    const bool far = next_ - told_ >= limits::checkpoint_events;
    const bool at_end = now_caught_up && !caught_up_;
    if (next_ > told_ && (far || at_end)) {
        fmt::format_to(std::back_inserter(out),
                       "id: {0}\nevent: checkpoint\ndata: {{\"position\":\"{0}\"}}\n\n", next_ - 1);
        told_ = next_;
    }
    if (at_end) {
        caught_up_ = true;
        fmt::format_to(std::back_inserter(out), "event: caught-up\ndata: {{\"head\":\"{}\"}}\n\n",
                       head);
    }
}

/// Nothing to send: waits for the log to grow; a comment goes out when it stays quiet.
awaitable<base::Result<void>> Subscription::rest(std::uint64_t seen) {
    Services& services = call_.services;
    const auto comment_at = quiet_since_ + limits::stream_comment_every;
    co_await services.log_grew.wait(seen, std::min(comment_at, checkpoints_.next_look()));
    if (services.clock.now() < comment_at) co_return base::Result<void>();
    quiet_since_ = services.clock.now();
    co_return co_await call_.connection.write_piece(": still here\n\n");
}

awaitable<base::Result<void>> Subscription::follow() {
    Services& services = call_.services;
    std::string out = fmt::format(
        "retry: {}\n: from {}\n\n{}",
        std::chrono::duration_cast<std::chrono::milliseconds>(limits::stream_retry).count(), next_,
        first_);
    for (;;) {
        const auto seen = services.log_grew.rings();
        const std::uint64_t head = services.ledger.head().size;
        if (services.standing.draining) break;
        if (caught_up_ && next_ + limits::behind_events < head) {
            caught_up_ = false;
            fmt::format_to(std::back_inserter(out),
                           "event: fell-behind\ndata: {{\"behind\":\"{}\"}}\n\n", head - next_);
        }
        auto job = [&] { return read_frames(head); };
        const auto frames = co_await services.workers.run(job);
        if (!frames) co_return frames.error();
        out += *frames;
        note_progress(out, head);
        if (checkpoints_.is_due()) {
            auto proving = [&] { return append_checkpoint(out); };
            const auto proven = co_await services.workers.run(proving);
            if (!proven) co_return proven.error();
        }
        if (!out.empty()) quiet_since_ = services.clock.now();
        const auto written = co_await call_.connection.write_piece(out);
        if (!written) co_return written.error();
        out.clear();
        services.metrics.subscriber_lag(services.ledger.head().size - std::min(next_, head));
        if (next_ < head) continue;
        const auto rested = co_await rest(seen);
        if (!rested) co_return rested.error();
    }
    co_return co_await call_.connection.write_piece("event: goodbye\ndata: {}\n\n");
}

/// Counts subscribers for as long as one is there.
class Seat {
public:
    explicit Seat(Services& services) : services_(services) {
        services_.metrics.subscribers(++services_.standing.subscribers);
    }
    ~Seat() { services_.metrics.subscribers(--services_.standing.subscribers); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

private:
    Services& services_;
};

}  // namespace

awaitable<base::Result<Response>> subscribe(Call& call, Selection selection, std::uint64_t from,
                                            std::optional<std::uint64_t> known, Response head) {
    const Seat seat(call.services);
    if (call.services.standing.subscribers > limits::subscribers_max)
        co_return base::Error{base::Fault::overloaded, "E_OVERLOADED",
                              "Too many subscribers are connected."};
    StreamCheckpoints checkpoints(call.services, known);
    std::string first;
    if (known) {
        // Asked before the answer begins, so that a checkpoint we do not know can be refused.
        auto proving = [&] { return checkpoints.next(from); };
        const auto data = co_await call.services.workers.run(proving);
        if (!data) co_return data.error();
        if (*data) first = checkpoint_frame(**data);
    }
    const auto started = co_await call.connection.start(head);
    if (!started) co_return started.error();
    Subscription subscription(call, selection, from, checkpoints, std::move(first));
    const auto followed = co_await subscription.follow();
    if (!followed) co_return followed.error();
    const auto finished = co_await call.connection.finish();
    if (!finished) co_return finished.error();
    head.sent = true;
    co_return head;
}

}  // namespace server
