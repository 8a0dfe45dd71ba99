#include "server/bulk_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <deque>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "ledger/rehearsal.h"
#include "server/accept_command.h"
#include "server/event_format.h"
#include "server/limits.h"
#include "server/problem.h"
#include "server/request_body.h"

namespace server {
namespace {

/// Three tasks on one strand: `read` splits the body into commands, `collect` turns answers into
/// result lines, `send` writes them. Bells between them say that there is something to do.
class BulkLoad {
public:
    BulkLoad(Call& call, RequestBody body, CommandHeaders headers, bool rehearse)
        : call_(call),
          body_(std::move(body)),
          headers_(std::move(headers)),
          rehearse_(rehearse),
          language_(language_of(call.request)),
          pipeline_(call.services.appends, rehearse ? AppendPipeline::Mode::rehearse
                                                    : AppendPipeline::Mode::record) {
        if (rehearse) rehearsal_.emplace(call.services.ledger);
    }

    awaitable<void> read();
    awaitable<void> collect();
    awaitable<void> send();
    const std::optional<base::Error>& broken() const { return broken_; }

private:
    struct Parsed {
        std::uint64_t line;
        base::Result<events::Command> command;
        std::optional<base::Result<ledger::Receipt>> rehearsed{};
    };
    using ParsedLines = std::vector<Parsed>;

    awaitable<base::Result<bool>> submit_lines();
    awaitable<void> wait_for_room();
    ParsedLines parse_some(std::size_t lines_max);
    void rehearse(ParsedLines& parsed);
    Parsed too_long() const;
    std::optional<base::Result<events::Actor>> new_actor(std::string_view line) const;
    void answer_line(const base::Result<ledger::Receipt>& outcome);
    void close_answer();
    awaitable<void> pause(Bell& bell, std::uint64_t seen);
    bool answer_full() const { return out_.size() >= limits::bulk_answer_bytes_max; }
    void fail(const base::Error& error);

    Call& call_;
    RequestBody body_;
    CommandHeaders headers_;
    const bool rehearse_;
    const Language language_;
    AppendPipeline pipeline_;
    std::optional<ledger::Rehearsal> rehearsal_;  // a dry run judges the file as a whole
    Bell submitted_, answered_, sent_;  // rung by the task of that name

    std::string in_;         // body bytes not yet split
    std::size_t split_ = 0;  // bytes of in_ that are done with
    bool skipping_ = false;  // inside a line that is too long
    bool body_done_ = false;
    bool drained_ = false;  // stopped before the end of the body
    std::uint64_t lines_in_ = 0;
    std::deque<std::uint64_t> numbers_;  // line numbers of the commands in the pipeline

    std::string out_;
    bool answers_done_ = false;
    std::optional<base::Error> broken_;
    std::uint64_t recorded_ = 0, replayed_ = 0, refused_ = 0, last_position_ = 0;
};

awaitable<void> BulkLoad::pause(Bell& bell, std::uint64_t seen) {
    // The bells are rung on every way out; the deadline only bounds what a fault could cost.
    co_await bell.wait(seen, call_.services.clock.now() + limits::bulk_pause_max);
}

void BulkLoad::fail(const base::Error& error) {
    if (!broken_) broken_ = error;
    body_done_ = true;
    submitted_.ring();
    answered_.ring();
    sent_.ring();
}

awaitable<void> BulkLoad::read() {
    while (!body_done_) {
        const auto piece = co_await body_.piece(true);
        if (!piece) {
            fail(piece.error());
            break;
        }
        in_.append(*piece);
        if (piece->empty()) {
            if (skipping_ || (!in_.empty() && in_.back() != '\n')) in_ += '\n';
            body_done_ = true;
        }
        for (bool more = true; more && !broken_;) {
            const auto submitted = co_await submit_lines();
            if (!submitted) fail(submitted.error());
            more = submitted && *submitted;
            submitted_.ring();
        }
        if (call_.services.standing.draining && !body_done_) drained_ = body_done_ = true;
    }
    submitted_.ring();
}

awaitable<void> BulkLoad::wait_for_room() {
    while (!broken_) {
        const auto seen_answers = answered_.rings();
        const auto seen_sent = sent_.rings();
        if (pipeline_.waiting() >= limits::bulk_window)
            co_await pause(answered_, seen_answers);
        else if (answer_full())
            co_await pause(sent_, seen_sent);
        else
            break;
    }
}

/// Submits what fits into the window. True if whole lines are still left.
awaitable<base::Result<bool>> BulkLoad::submit_lines() {
    co_await wait_for_room();
    if (broken_) co_return false;
    const std::size_t room = limits::bulk_window - pipeline_.waiting();
    // Parsing is work; it must not hold up the sockets.
    auto job = [this, room]() -> base::Result<ParsedLines> {
        auto lines = parse_some(room);
        if (rehearsal_) rehearse(lines);
        return lines;
    };
    auto parsed = co_await call_.services.workers.run(job);
    if (!parsed) co_return parsed.error();
    for (Parsed& each : *parsed) {
        numbers_.push_back(each.line);
        if (each.rehearsed) {
            pipeline_.answered(std::move(*each.rehearsed));
        } else if (!each.command) {
            pipeline_.answered(each.command.error());
        } else if (!pipeline_.try_submit(*each.command)) {
            submitted_.ring();  // those before it must not wait for the next day
            co_await pipeline_.submit(std::move(*each.command));
        }
    }
    in_.erase(0, std::exchange(split_, 0));
    co_return in_.find('\n') != std::string::npos;
}

/// On the same worker: each command is decided as if those before it had been recorded.
void BulkLoad::rehearse(ParsedLines& parsed) {
    for (Parsed& each : parsed)
        if (each.command) each.rehearsed = rehearsal_->take(std::move(*each.command));
}

/// Runs on a worker while `read` waits: touches only what belongs to reading.
BulkLoad::ParsedLines BulkLoad::parse_some(std::size_t lines_max) {
    ParsedLines parsed;
    while (parsed.size() < lines_max) {
        const std::size_t end = in_.find('\n', split_);
        if (end == std::string::npos) break;
        std::string_view line = std::string_view(in_).substr(split_, end - split_);
        split_ = end + 1;
        ++lines_in_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (std::exchange(skipping_, false)) continue;
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        if (const auto actor = new_actor(line)) {
            headers_.actor = *actor ? **actor : events::Actor{};
            if (!*actor) parsed.push_back({lines_in_, actor->error()});
        } else if (line.size() > limits::line_bytes_max)
            parsed.push_back(too_long());
        else
            parsed.push_back({lines_in_, read_command(call_.services.ledger, line, headers_)});
    }
    if (in_.find('\n', split_) != std::string::npos) return parsed;
    if (!skipping_ && in_.size() - split_ > limits::line_bytes_max) {
        parsed.push_back(too_long());
        ++parsed.back().line;
        skipping_ = true;
    }
    if (skipping_) split_ = in_.size();
    return parsed;
}

/// A line `{"ledgeractor":"id=<hex>; role=E"}` says who asks from the next line on, so that one
/// load can carry what many people recorded. It gets no result line unless it is wrong; then
/// nobody asks, and what follows is refused.
std::optional<base::Result<events::Actor>> BulkLoad::new_actor(std::string_view line) const {
    constexpr std::string_view head = "{\"ledgeractor\":\"", tail = "\"}";
    if (!line.starts_with(head) || !line.ends_with(tail)) return std::nullopt;
    line.remove_prefix(head.size());
    line.remove_suffix(tail.size());
    Request request;
    request.headers.push_back({"ledger-actor", std::string(line)});
    return actor_of(request);
}

BulkLoad::Parsed BulkLoad::too_long() const {
    return {lines_in_,
            base::Error{base::Fault::invalid, "E_BODY_TOO_LARGE",
                        fmt::format("A line is longer than {} bytes.", limits::line_bytes_max)}};
}

awaitable<void> BulkLoad::collect() {
    while (!broken_) {
        const auto seen = submitted_.rings();
        if (pipeline_.waiting() == 0) {
            if (drained_ || (body_done_ && in_.find('\n') == std::string::npos)) break;
            co_await pause(submitted_, seen);
            continue;
        }
        const auto outcomes = co_await pipeline_.take();
        for (const auto& outcome : outcomes) answer_line(outcome);
        answered_.ring();
    }
    close_answer();
    answers_done_ = true;
    answered_.ring();
}

void BulkLoad::answer_line(const base::Result<ledger::Receipt>& outcome) {
    const std::uint64_t line = numbers_.front();
    numbers_.pop_front();
    if (outcome) {
        const int status = rehearse_ || outcome->replayed ? 200 : 201;
        fmt::format_to(std::back_inserter(out_), "{{\"line\":{},\"status\":{},", line, status);
        out_.append(receipt_json(*outcome), 1).append("}\n");
        outcome->replayed ? ++replayed_ : ++recorded_;
        if (!outcome->items.empty())
            last_position_ = std::max(last_position_, outcome->items.back().position.value);
        return;
    }
    const auto& codes = call_.services.ledger.codes();
    const auto& error = outcome.error();
    const int status = text_of(codes, error.code, error.fault, language_).status;
    fmt::format_to(std::back_inserter(out_), "{{\"line\":{},\"status\":{},", line, status);
    append_problem_members(out_, codes, language_, error);
    out_ += "}\n";
    ++refused_;
}

void BulkLoad::close_answer() {
    if (broken_) return;  // a body without an end tells that lines are missing
    fmt::format_to(std::back_inserter(out_),
                   "{{\"end\":{},\"lines\":{},\"recorded\":{},\"replayed\":{},\"refused\":{}",
                   !drained_, lines_in_, recorded_, replayed_, refused_);
    if (recorded_ + replayed_ > 0 && !rehearse_)
        fmt::format_to(std::back_inserter(out_), ",\"last_position\":\"{}\"", last_position_);
    if (drained_) out_ += ",\"code\":\"E_DRAINING\"";
    out_ += "}\n";
}

awaitable<void> BulkLoad::send() {
    while (!broken_) {
        const auto seen = answered_.rings();
        if (out_.empty()) {
            if (answers_done_) break;
            co_await pause(answered_, seen);
            continue;
        }
        const std::string part = std::exchange(out_, {});
        const auto written = co_await call_.connection.write_piece(part);
        sent_.ring();
        if (!written) fail(written.error());
    }
}

struct Turn {
    explicit Turn(std::atomic<std::size_t>& counter) : counter_(counter) { ++counter_; }
    ~Turn() { --counter_; }
    Turn(const Turn&) = delete;
    std::atomic<std::size_t>& counter_;
};

}  // namespace

awaitable<base::Result<Response>> load_in_bulk(Call& call) {
    using namespace asio::experimental::awaitable_operators;
    auto headers = CommandHeaders::of(call.request);
    if (!headers) co_return headers.error();
    if (headers->key || headers->revision)
        co_return base::Error{base::Fault::invalid, "E_BAD_HEADER",
                              "Idempotency-Key and If-Match are for one command; give `id` and "
                              "`expect` in each line."};
    const auto rehearse = call.flag("dry_run");
    if (!rehearse) co_return rehearse.error();
    auto body = RequestBody::of(call.connection, call.request);
    if (!body) co_return body.error();
    const Turn turn(call.services.standing.bulk_loads);
    if (call.services.standing.bulk_loads > limits::bulk_loads_max)
        co_return base::Error{base::Fault::overloaded, "E_OVERLOADED",
                              "Too many bulk loads are running."};

    Response head = Response::of(200, std::string(ndjson_type), {});
    head.set("Cache-Control", "no-store");
    const auto started = co_await call.connection.start(head);
    if (!started) co_return started.error();
    BulkLoad load(call, std::move(*body), std::move(*headers), *rehearse);
    co_await (load.read() && load.collect() && load.send());
    if (load.broken()) co_return *load.broken();
    const auto finished = co_await call.connection.finish();
    if (!finished) co_return finished.error();
    head.sent = true;
    co_return head;
}

}  // namespace server
