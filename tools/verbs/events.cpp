// Recorded events: list, get, follow, count.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <memory>

#include "tools/client/server.h"
#include "tools/output/brief.h"
#include "tools/verbs/position.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

struct Choice {
    EventQuery query;
    std::string from, upto;
    std::uint64_t limit = 0;
    std::uint64_t last = 0;

    void add(CLI::App& app, bool with_end = true) {
        app.add_option("--from", from,
                       "First position, or when it was recorded: 1200, 2019-07, -2h, begin, end")
            ->type_name("WHERE");
        if (with_end) {
            app.add_option("--to,--upto", upto, "Before this position or time")->type_name("WHERE");
        }
        app.add_option("--type", query.type, "Only this type, AffiliationStarted")
            ->type_name("TYPE");
        app.add_option("--stream", query.stream, "Only this stream, talent/0198c6…")
            ->type_name("KIND/ID");
    }
    base::Result<EventQuery> asked(const Session& session, Source& source) const {
        EventQuery out = query;
        const auto first = position_of(session, source, from);
        if (!first) return first.error();
        out.from = *first;
        if (!upto.empty()) {
            const auto end = position_of(session, source, upto);
            if (!end) return end.error();
            out.upto = *end;
        }
        if (limit > 0) out.limit = limit;
        return out;
    }
};

/// Prints events as they come and remembers whether anybody still reads.
class EventPrinter {
public:
    explicit EventPrinter(Session& session)
        : session_(session),
          as_is_(session.globals.fields.empty() &&
                 (session.form() == Form::ndjson || session.form() == Form::raw)),
          is_brief_(session.globals.fields.empty() && session.form() == Form::table),
          printer_(session.printer()) {}

    bool take(std::string_view line) {
        if (as_is_) {
            std::fwrite(line.data(), 1, line.size(), stdout);
            std::fputc('\n', stdout);
            return std::ferror(stdout) == 0;
        }
        auto event = json::parse({line.data(), line.size()}).as_object();
        auto more = printer_.row(is_brief_ ? brief_of(event) : std::move(event));
        if (!more) failure_ = more.error();
        return more.has_value() && *more;
    }
    /// What comes from here on is shown as it comes.
    void live() {
        if (auto shown = printer_.live(); !shown) failure_ = shown.error();
    }
    bool failed() const { return failure_.has_value(); }
    int finish(const base::Result<void>& read) {
        if (!read) return session_.fail(read.error());
        if (failure_) return session_.fail(*failure_);
        if (as_is_) {
            std::fflush(stdout);
            return exit_ok;
        }
        return session_.done(printer_.finish());
    }

private:
    Session& session_;
    const bool as_is_;
    const bool is_brief_;  ///< one line each, on a terminal
    Printer printer_;
    std::optional<base::Error> failure_;
};

int list(Session& session, const Choice& choice) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    const auto query = choice.asked(session, **source);
    if (!query) return session.fail(query.error());
    EventPrinter printer(session);
    return printer.finish(
        (*source)->events(*query, [&](std::string_view line) { return printer.take(line); }));
}

int get(Session& session, const std::string& name) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto event = (*source)->event(name);
    if (!event) return session.fail(event.error());
    auto printer = session.printer();
    return session.done(printer.answer(*event));
}

int count(Session& session, const Choice& choice) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    const auto query = choice.asked(session, **source);
    if (!query) return session.fail(query.error());
    std::map<std::string, std::uint64_t> counts;
    auto progress = session.progress("events", 0);
    std::uint64_t seen = 0;
    const auto read = (*source)->events(*query, [&](std::string_view line) {
        constexpr std::string_view key = "\"type\":\"";
        const auto start = line.find(key);
        if (start != std::string_view::npos) {
            const auto rest = line.substr(start + key.size());
            ++counts[std::string(rest.substr(0, rest.find('"')))];
        }
        progress->at(++seen);
        return true;
    });
    progress.reset();
    if (!read) return session.fail(read.error());
    auto printer = session.printer();
    for (const auto& [type, number] : counts) {
        if (auto more = printer.row({{"type", type}, {"events", number}}); !more) {
            return session.fail(more.error());
        }
    }
    return session.done(printer.finish());
}

/// The last ones of what is there already.
int last_ones(Session& session, Source& source, const Choice& choice) {
    const auto query = choice.asked(session, source);
    if (!query) return session.fail(query.error());
    std::deque<std::string> kept;
    const auto read = source.events(*query, [&](std::string_view line) {
        kept.emplace_back(line);
        if (kept.size() > choice.last) kept.pop_front();
        return true;
    });
    EventPrinter printer(session);
    for (const auto& line : kept) {
        if (!printer.take(line)) break;
    }
    return printer.finish(read);
}

struct Following {
    Choice choice;
    bool exit_at_end = false;
    std::string cursor_file;
};

std::uint64_t cursor_in(const std::string& file, std::uint64_t otherwise) {
    std::ifstream in(file);
    std::uint64_t position = 0;
    return in >> position ? position : otherwise;
}

int follow(Session& session, const Following& wanted) {
    auto server = session.server();
    if (!server) return session.fail(server.error());
    const auto query = wanted.choice.asked(session, **server);
    if (!query) return session.fail(query.error());
    std::uint64_t next = query->from;
    if (!wanted.cursor_file.empty()) next = cursor_in(wanted.cursor_file, next);
    EventPrinter printer(session);
    bool ended = false;
    for (;;) {
        const auto read = (*server)->follow(
            next, *query, [&](std::string_view kind, std::string_view id, std::string_view line) {
                if (kind == "caught-up") {
                    printer.live();
                    ended = wanted.exit_at_end || printer.failed();
                }
                if (kind == "event" || kind == "message") ended = !printer.take(line);
                if (!id.empty()) next = std::strtoull(std::string(id).c_str(), nullptr, 10) + 1;
                std::fflush(stdout);
                if (!wanted.cursor_file.empty()) std::ofstream(wanted.cursor_file) << next << "\n";
                return !ended;
            });
        if (ended) return printer.finish({});
        // A stream that broke off goes on where it stopped.
        if (!read && read.error().code != "E_CUT_SHORT") return printer.finish(read);
    }
}

int tail(Session& session, const Following& wanted) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    if (wanted.choice.last > 0) return last_ones(session, **source, wanted.choice);
    if (!session.globals.offline.empty()) return list(session, wanted.choice);
    return follow(session, wanted);
}

}  // namespace

void add_events(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("events", "Recorded events, in order");

    auto listed = std::make_shared<Choice>();
    auto& list_app =
        tree.verb(noun, "list",
                  {"Events from a position or time on, as CloudEvents",
                   {"events list --limit 20", "events list --type TransferEffected -o csv",
                    "events list --from 2019-07 --to 2019-08 --fields sequence,type,subject"},
                   [&session, listed] { return list(session, *listed); },
                   true});
    listed->add(list_app);
    list_app.add_option("--limit", listed->limit, "Events at most")->type_name("N");

    auto name = std::make_shared<std::string>();
    auto& get_app = tree.verb(
        noun, "get",
        {"One event by position or event id",
         {"events get 12", "events get 12 -o json", "events get 4f1c2a5e9b7d4c03a1b2c3d4e5f60718"},
         [&session, name] { return get(session, *name); },
         true});
    get_app.add_option("EVENT", *name, "Position or event id")->required();

    auto followed = std::make_shared<Following>();
    auto& tail_app = tree.verb(noun, "tail",
                               {"Events as they are recorded, until stopped",
                                {"events tail --last 10", "events tail --from -2h --exit-at-end",
                                 "events tail --type TransferEffected --cursor-file seen.txt"},
                                [&session, followed] { return tail(session, *followed); }});
    followed->choice.add(tail_app, false);
    tail_app.add_option("--last", followed->choice.last, "Only the last N, then stop")
        ->type_name("N");
    tail_app.add_flag("--exit-at-end", followed->exit_at_end, "Stop when there is nothing more");
    tail_app.add_option("--cursor-file", followed->cursor_file, "Remember the position here")
        ->type_name("FILE");

    auto counted = std::make_shared<Choice>();
    auto& count_app = tree.verb(noun, "count",
                                {"Number of events by type",
                                 {"events count", "events count --from 2019-07 --to 2020-01",
                                  "--offline build/demo events count -o csv"},
                                 [&session, counted] { return count(session, *counted); },
                                 true});
    counted->add(count_app);
}

}  // namespace tools
