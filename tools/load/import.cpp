#include "tools/load/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <vector>

#include "tools/load/opened.h"
#include "tools/load/push.h"
#include "tools/load/rejects.h"
#include "tools/term/interrupt.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr int refusals_shown_max = 20;

/// One import under way.
class Import {
public:
    Import(Session& session, const ImportOptions& options) : session_(session), options_(options) {}

    base::Result<void> run();
    const Cursor& cursor() const { return cursor_; }
    bool interrupted() const { return interrupt_.seen(); }

private:
    base::Result<void> prepare();
    base::Result<void> send(std::vector<Item>& batch, Pusher& pusher);
    void note(const Item& item, const Outcome& outcome);
    base::Result<void> save() {
        if (cursor_file_.empty()) return {};
        return cursor_.save(cursor_file_);
    }

    Session& session_;
    const ImportOptions& options_;
    Opened opened_;
    Cursor cursor_;
    std::string cursor_file_;
    Rejects rejects_;
    int shown_ = 0;
    Interrupt interrupt_;
    std::unique_ptr<Progress> progress_;
};

base::Result<void> Import::prepare() {
    auto opened = Opened::open(session_, options_);
    if (!opened) return opened.error();
    opened_ = *std::move(opened);
    cursor_file_ = options_.cursor;
    if (cursor_file_.empty() && options_.file != "-") cursor_file_ = options_.file + ".cursor";

    auto kept = Cursor::load(cursor_file_);
    if (!kept) return kept.error();
    const bool resumed = kept->has_value();
    if (resumed && (*kept)->digest != opened_.digest) {
        return base::Error{base::Fault::conflict, "E_BAD_CURSOR",
                           fmt::format("{} belongs to another content of {}; remove it to start "
                                       "again",
                                       cursor_file_, options_.file)};
    }
    if (resumed) {
        cursor_ = **kept;
        session_.say(fmt::format("going on after {} commands", cursor_.items));
    } else {
        cursor_.digest = opened_.digest;
        cursor_.seed.bytes = session_.random().bytes<16>();
        // Saved before the first command: a lost answer must not make a second set of ids.
        if (auto saved = save(); !saved) return saved;
    }
    return rejects_.open(options_.reject, resumed);
}

void Import::note(const Item& item, const Outcome& outcome) {
    ++cursor_.items;
    cursor_.next = std::max(cursor_.next, outcome.next);
    if (outcome.recorded) {
        ++(outcome.replayed ? cursor_.replayed : cursor_.recorded);
        return;
    }
    ++cursor_.refused[outcome.code];
    rejects_.write(item, outcome);
    if (++shown_ > refusals_shown_max) return;
    progress_->clear();
    session_.say(fmt::format("line {}: {} {} {}", item.line, outcome.code, outcome.what,
                             place_of(item, outcome.pointer)));
    if (shown_ == refusals_shown_max) session_.say("… further refusals are only counted");
}

base::Result<void> Import::send(std::vector<Item>& batch, Pusher& pusher) {
    auto outcomes = pusher.push(batch);
    if (!outcomes) return outcomes.error();
    for (std::size_t i = 0; i < batch.size(); ++i) note(batch[i], (*outcomes)[i]);
    batch.clear();
    rejects_.flush();
    progress_->at(cursor_.items);
    return save();
}

base::Result<void> Import::run() {
    if (auto prepared = prepare(); !prepared) return prepared;
    auto server = session_.server();
    if (!server) return server.error();
    auto items = opened_.items(cursor_.seed);
    if (!items) return items.error();
    progress_ = session_.progress("import", count_lines(opened_.text));
    Pusher pusher(**server, {});

    std::vector<Item> batch;
    std::size_t bytes = 0, taken = 0;
    Item item;
    for (std::uint64_t index = 0;; ++index) {
        if (options_.limit > 0 && taken == options_.limit) break;
        if (interrupt_.seen()) break;
        auto more = (*items)->next(item);
        if (!more) return more.error();
        if (!*more) {
            cursor_.finished = true;
            break;
        }
        if (index < cursor_.items + batch.size()) continue;
        bytes += item.json.size();
        batch.push_back(item);
        ++taken;
        if (batch.size() < options_.batch && bytes < 4'000'000) continue;
        if (auto sent = send(batch, pusher); !sent) return sent;
        bytes = 0;
    }
    if (!batch.empty() && !interrupt_.seen()) {
        if (auto sent = send(batch, pusher); !sent) return sent;
    }
    progress_->clear();
    if (auto saved = save(); !saved) return saved;
    if (options_.wait && cursor_.next > 0 && !interrupt_.seen())
        return (*server)->wait_for_views(cursor_.next);
    return {};
}

json::object summary_of(const Cursor& cursor) {
    json::object refused;
    for (const auto& [code, count] : cursor.refused) refused[code] = count;
    return {{"commands", cursor.items},    {"recorded", cursor.recorded},
            {"replayed", cursor.replayed}, {"refused", cursor.refused_total()},
            {"refused_by_code", refused},  {"next_position", std::to_string(cursor.next)},
            {"finished", cursor.finished}};
}

}  // namespace

int run_import(Session& session, const ImportOptions& options) {
    if (session.globals.curl) {
        return session.fail(usage_error("--curl is for single requests; an import sends many"));
    }
    Import import(session, options);
    const auto ran = import.run();
    const Cursor& cursor = import.cursor();
    if (!ran && cursor.items == 0) return session.fail(ran.error());
    if (!ran) session.fail(ran.error());
    auto printer = session.printer();
    if (auto printed = printer.answer(summary_of(cursor)); !printed) {
        return session.fail(printed.error());
    }
    if (!ran) return exit_partly;
    if (import.interrupted()) {
        session.say("stopped; the same command goes on where it stopped");
        return exit_interrupted;
    }
    const bool some = cursor.recorded + cursor.replayed > 0;
    if (cursor.refused.empty() && cursor.finished) return exit_ok;
    return some || !cursor.finished ? exit_partly : exit_failed;
}

}  // namespace tools
