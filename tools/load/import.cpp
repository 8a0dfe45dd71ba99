#include "tools/load/import.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "events/json/command_reader.h"
#include "tools/load/actor.h"
#include "tools/load/digest.h"
#include "tools/load/encoding.h"
#include "tools/load/file.h"
#include "tools/load/items.h"
#include "tools/load/push.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr int refusals_shown_max = 20;

/// The file as text, and what its commands are made from.
struct Opened {
    std::string text;
    std::string digest;
    std::optional<Mapping> mapping;

    static base::Result<Opened> open(Session& session, const ImportOptions& options);
    base::Result<std::unique_ptr<Items>> items(const events::Id& seed) const {
        if (mapping) return csv_items(text, *mapping, seed);
        return ndjson_items(text);
    }
};

base::Result<Opened> Opened::open(Session& session, const ImportOptions& options) {
    auto bytes = read_whole(options.file);
    if (!bytes) return bytes.error();
    Opened opened;
    opened.digest = events::hex(sha256(*bytes));
    auto decoded = decode(*std::move(bytes), options.encoding);
    if (!decoded) return decoded.error();
    if (decoded->encoding != "UTF-8") {
        session.say(fmt::format("{} is read as {}", options.file, decoded->encoding));
    }
    opened.text = std::move(decoded->text);
    if (options.map.empty()) {
        const auto first = opened.text.find_first_not_of(" \t\r\n");
        if (first != std::string::npos && opened.text[first] != '{' && opened.text[first] != '[') {
            return usage_error("this looks like CSV: say with --map FILE what its columns mean");
        }
        return opened;
    }
    auto toml = read_whole(options.map);
    if (!toml) return toml.error();
    opened.digest = events::hex(sha256(opened.digest + *toml));
    auto mapping = Mapping::parse(*toml, events::Catalogue::built_in());
    if (!mapping) return mapping.error();
    opened.mapping = *std::move(mapping);
    return opened;
}

/// The column a pointer leads to, or the pointer itself.
std::string place_of(const Item& item, const std::string& pointer) {
    std::string path = pointer;
    while (!path.empty()) {
        const auto found = item.headings.find(path);
        if (found != item.headings.end()) return found->second;
        path.erase(path.rfind('/'));
    }
    return pointer;
}

/// Keeps what was refused, readable by its owner only: it holds personal data.
class Rejects {
public:
    base::Result<void> open(const std::string& file, bool append) {
        if (file.empty()) return {};
        const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
        const int made = ::open(file.c_str(), flags, 0600);
        if (made < 0) {
            return base::Error{base::Fault::storage, "E_STORAGE",
                               fmt::format("{} cannot be written", file)};
        }
        ::close(made);
        out_.open(file, std::ios::app);
        return {};
    }
    void write(const Item& item, const Outcome& outcome) {
        if (!out_.is_open()) return;
        out_ << json::serialize(json::object{{"line", item.line},
                                             {"code", outcome.code},
                                             {"what", outcome.what},
                                             {"where", place_of(item, outcome.pointer)},
                                             {"input", std::string(item.input)}})
             << "\n";
    }
    void flush() { out_.flush(); }

private:
    std::ofstream out_;
};

/// One import under way.
class Import {
public:
    Import(Session& session, const ImportOptions& options) : session_(session), options_(options) {}

    base::Result<void> run();
    const Cursor& cursor() const { return cursor_; }

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
    if (!batch.empty()) {
        if (auto sent = send(batch, pusher); !sent) return sent;
    }
    progress_->clear();
    if (auto saved = save(); !saved) return saved;
    if (options_.wait && cursor_.next > 0) return (*server)->wait_for_views(cursor_.next);
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

struct BadRow {
    std::size_t line;
    std::string code, where, what, found_by;
};

std::vector<BadRow> bad_rows_of(const Item& item, const base::Error& error, const char* found_by) {
    std::vector<BadRow> rows;
    for (const auto& detail : error.details) {
        rows.push_back(
            {item.line, detail.code, place_of(item, detail.pointer), detail.what, found_by});
    }
    if (rows.empty()) {
        rows.push_back(
            {item.line, error.code, place_of(item, error.pointer), error.what, found_by});
    }
    return rows;
}

/// Reads every row against the catalogue, then asks the rules about those that are well formed.
class Rehearsal {
public:
    Rehearsal(Session& session, const ImportOptions& options)
        : session_(session), options_(options), printer_(session.printer()) {}

    base::Result<void> run() {
        auto opened = Opened::open(session_, options_);
        if (!opened) return opened.error();
        events::Id seed;
        seed.bytes = session_.random().bytes<16>();
        auto items = opened->items(seed);
        if (!items) return items.error();
        events::Actor actor;
        if (!session_.globals.actor.empty()) {
            auto parsed = parse_actor(session_.globals.actor);
            if (!parsed) return parsed.error();
            actor = *parsed;
        }
        events::CommandReader reader(events::Catalogue::built_in(), events::CodeLists::built_in());
        auto progress = session_.progress("dry run", count_lines(opened->text));
        std::vector<Item> batch;
        Item item;
        for (;;) {
            auto more = (*items)->next(item);
            if (!more) return more.error();
            if (!*more) break;
            progress->at(++rows_);
            const auto read = reader.read(item.json, actor);
            if (!read) {
                if (auto told = tell(bad_rows_of(item, read.error(), "catalogue")); !told)
                    return told;
                continue;
            }
            batch.push_back(item);
            if (batch.size() < options_.batch) continue;
            if (auto asked = ask_rules(batch); !asked) return asked;
        }
        if (auto asked = ask_rules(batch); !asked) return asked;
        progress.reset();
        return printer_.finish();
    }
    std::uint64_t rows() const { return rows_; }
    std::uint64_t bad() const { return bad_; }
    bool asked_server() const { return asked_; }

private:
    base::Result<void> tell(const std::vector<BadRow>& rows) {
        ++bad_;
        for (const auto& row : rows) {
            auto written = printer_.row({{"line", row.line},
                                         {"code", row.code},
                                         {"where", row.where},
                                         {"what", row.what},
                                         {"found_by", row.found_by}});
            if (!written) return written.error();
        }
        return {};
    }

    base::Result<void> ask_rules(std::vector<Item>& batch) {
        const auto asked = std::exchange(batch, {});
        if (asked.empty() || options_.local || unreachable_) return {};
        auto server = session_.server();
        if (!server) return server.error();
        Pusher::Options options;
        options.dry_run = true;
        options.attempts_max = 2;
        auto outcomes = Pusher(**server, options).push(asked);
        if (!outcomes) {
            if (outcomes.error().code != "E_UNREACHABLE") return outcomes.error();
            unreachable_ = true;
            session_.say("no server answers, so the rules were not asked");
            return {};
        }
        asked_ = true;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const Outcome& outcome = (*outcomes)[i];
            if (outcome.recorded) continue;
            const base::Error error{base::Fault::refused, outcome.code, outcome.what,
                                    outcome.pointer, outcome.details};
            if (auto told = tell(bad_rows_of(asked[i], error, "rules")); !told) return told;
        }
        return {};
    }

    Session& session_;
    const ImportOptions& options_;
    Printer printer_;
    std::uint64_t rows_ = 0, bad_ = 0;
    bool asked_ = false, unreachable_ = false;
};

}  // namespace

int run_import(Session& session, const ImportOptions& options) {
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
    const bool some = cursor.recorded + cursor.replayed > 0;
    if (cursor.refused.empty() && cursor.finished) return exit_ok;
    return some || !cursor.finished ? exit_partly : exit_failed;
}

int rehearse_import(Session& session, const ImportOptions& options) {
    Rehearsal rehearsal(session, options);
    if (auto ran = rehearsal.run(); !ran) return session.fail(ran.error());
    session.say(fmt::format("{} rows, {} bad; nothing was recorded{}", rehearsal.rows(),
                            rehearsal.bad(),
                            rehearsal.asked_server() ? "; the rules saw each row by itself" : ""));
    return rehearsal.bad() == 0 ? exit_ok : exit_failed;
}

}  // namespace tools
