#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <vector>

#include "events/json/command_reader.h"
#include "tools/load/actor.h"
#include "tools/load/import.h"
#include "tools/load/opened.h"
#include "tools/load/push.h"

namespace tools {
namespace {

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
class DryRun {
public:
    DryRun(Session& session, const ImportOptions& options)
        : session_(session), options_(options), printer_(session.printer()) {}

    base::Result<void> run() {
        auto opened = Opened::open(session_, options_);
        if (!opened) return opened.error();
        events::Id seed;
        seed.bytes = session_.random().bytes<16>();
        auto items = opened->items(seed);
        if (!items) return items.error();
        base::Result<events::Actor> actor{events::Actor()};
        const auto settings = session_.settings();
        if (!settings) return settings.error();
        if (const auto& text = (**settings)["actor"]; !text.empty()) {
            auto parsed = parse_actor(text);
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
            if (!*more || (options_.limit > 0 && rows_ == options_.limit)) break;
            progress->at(++rows_);
            const auto named = item.actor.empty() ? actor : parse_actor(item.actor);
            if (!named) return named.error();
            const auto read = reader.read(item.json, *named);
            if (!read) {
                if (auto told = tell(bad_rows_of(item, read.error(), "catalogue")); !told)
                    return told;
                continue;
            }
            batch.push_back(item);
        }
        progress.reset();
        if (auto asked = ask_rules(batch); !asked) return asked;
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

    /// In one request, so that a row is judged with everything before it in the file.
    base::Result<void> ask_rules(const std::vector<Item>& asked) {
        if (asked.empty() || options_.local) return {};
        auto server = session_.server();
        if (!server) return server.error();
        Pusher::Options options;
        options.dry_run = true;
        options.attempts_max = 1;  // a second request would know nothing of the first
        auto outcomes = Pusher(**server, options).push(asked);
        if (!outcomes) {
            if (outcomes.error().code != "E_UNREACHABLE") return outcomes.error();
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
    bool asked_ = false;
};

}  // namespace

int rehearse_import(Session& session, const ImportOptions& options) {
    DryRun rehearsal(session, options);
    if (auto ran = rehearsal.run(); !ran) return session.fail(ran.error());
    session.say(
        fmt::format("{} rows, {} bad; nothing was recorded{}", rehearsal.rows(), rehearsal.bad(),
                    rehearsal.asked_server() ? "; the rules judged the file as a whole" : ""));
    return rehearsal.bad() == 0 ? exit_ok : exit_failed;
}

}  // namespace tools
