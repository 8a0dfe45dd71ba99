// Folding the log anew: what the views must say, and where kept ones say otherwise.
#include "tools/audit/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "tools/audit/load_log.h"
#include "tools/audit/open_log_copy.h"
#include "tools/audit/served_views.h"
#include "tools/client/server.h"
#include "tools/offline/folder.h"
#include "tools/term/interrupt.h"
#include "tools/verbs/trusting.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct ReplayFlags {
    std::uint64_t upto = 0;  ///< 0: all
    std::string scratch;
    TrustOptions trust;
};

/// The log that is folded: a data folder's own, or a copy of what is published.
struct Origin {
    std::unique_ptr<projections::LogReader> log;
    std::uint64_t size = 0;  ///< to fold
};

base::Error stopped_by_hand() {
    return {base::Fault::cancelled, "E_INTERRUPTED", "stopped by Ctrl-C"};
}

int fail(Session& session, const base::Error& error) {
    if (error.code == "E_INTERRUPTED") return exit_interrupted;
    return session.fail(error);
}

/// A folder that must not hold anything yet, so that nothing is lost by folding into it.
base::Result<std::optional<fs::path>> scratch_of(const ReplayFlags& flags) {
    std::optional<fs::path> scratch;
    if (flags.scratch.empty()) return scratch;
    scratch = flags.scratch;
    std::error_code ignored;
    if (fs::exists(*scratch, ignored) && !fs::is_empty(*scratch, ignored)) {
        return usage_error(fmt::format("--scratch {}: the folder is not empty", flags.scratch));
    }
    return scratch;
}

/// The first `least` events at least, all that the checkpoint covers with 0; held against it.
base::Result<Origin> loaded(Session& session, const ReplayFlags& flags, std::uint64_t least) {
    auto copy = open_log_copy(session);
    if (!copy) return copy.error();
    const auto note = note_covering(**copy, least);
    if (!note) return note.error();
    const auto judged = judge_alone(session, *note, **copy, flags.trust);
    if (!judged) return judged.error();
    const auto& checkpoint = judged->checkpoint.checkpoint;
    Origin out;
    out.size = least == 0 ? checkpoint.size : least;
    const Interrupt interrupt;
    const auto progress = session.progress("fetch", out.size);
    auto log = load_log(**copy, checkpoint, out.size, [&](std::uint64_t done) {
        progress->at(done);
        return !interrupt.seen();
    });
    if (!log) return log.error();
    out.log = *std::move(log);
    return out;
}

Origin of_folder(Folder& folder) {
    Origin out;
    out.size = folder.ledger().head().size;
    out.log = std::make_unique<projections::LedgerReader>(folder.ledger());
    return out;
}

base::Result<void> fold(Session& session, ReplayAudit& audit, std::uint64_t upto) {
    const Interrupt interrupt;
    const auto progress = session.progress("replay", upto);
    const auto folded = audit.fold_to(upto, [&](std::uint64_t done) {
        progress->at(done);
        return !interrupt.seen();
    });
    if (!folded) return folded.error();
    if (!*folded) return stopped_by_hand();
    return {};
}

base::Result<std::unique_ptr<ReplayAudit>> open_audit(const projections::LogReader& log,
                                                      const ReplayFlags& flags) {
    auto scratch = scratch_of(flags);
    if (!scratch) return scratch.error();
    return ReplayAudit::open(log, *std::move(scratch));
}

/// 6 where the log's own record is contradicted, else `otherwise`.
int verdict(Session& session, const ReplayAudit& audit, int otherwise) {
    if (audit.contradictions().empty()) return otherwise;
    const auto& first = audit.contradictions().front();
    return session.fail(
        {base::Fault::corrupt, "E_VERIFY",
         fmt::format("the event at position {} records digests of {} events that the log does not "
                     "give: {}",
                     first.recorded.position, first.recorded.digests.size,
                     fmt::join(first.views, ", "))});
}

// -- run ------------------------------------------------------------------------------------------

base::Result<Origin> origin_of(Session& session, const ReplayFlags& flags) {
    const auto& offline = session.globals.offline;
    if (offline.empty() || kind_of_copy(offline) != CopyKind::data_folder)
        return loaded(session, flags, 0);
    auto folder = session.folder();
    if (!folder) return folder.error();
    return of_folder(**folder);
}

int run(Session& session, const ReplayFlags& flags) {
    auto origin = origin_of(session, flags);
    if (!origin) return fail(session, origin.error());
    auto audit = open_audit(*origin->log, flags);
    if (!audit) return fail(session, audit.error());
    const auto started = session.clock().now();
    const std::uint64_t upto = flags.upto == 0 ? origin->size : std::min(flags.upto, origin->size);
    if (auto done = fold(session, **audit, upto); !done) return fail(session, done.error());
    const double seconds =
        std::chrono::duration<double>(session.clock().now() - started).count();
    const auto digests = (*audit)->replay().digests();
    if (!digests) return fail(session, digests.error());

    json::array rows;
    for (const auto& [view, digest] : digests->views) {
        rows.push_back(json::object{{"view", view}, {"digest", events::hex(digest)}});
    }
    const double rate = seconds > 0 ? static_cast<double>(digests->size) / seconds : 0;
    const json::object report{{"ledger", origin->log->id().text()},
                              {"size", std::to_string(digests->size)},
                              {"version", digests->version},
                              {"seconds", seconds},
                              {"events_per_second", static_cast<std::uint64_t>(rate)},
                              {"recorded", (*audit)->recorded_json()},
                              {"rows", std::move(rows)}};
    auto printer = session.printer();
    if (auto printed = printer.answer(report); !printed) return fail(session, printed.error());
    session.say(fmt::format("folded {} events in {:.1f} s, {:.0f} events/s; {} recorded digests "
                            "checked",
                            digests->size, seconds, rate, (*audit)->recorded_checked()));
    return verdict(session, **audit, exit_ok);
}

// -- diff and bisect ------------------------------------------------------------------------------

struct Finding {
    ViewsDiff diff;
    json::object recorded;
    int verdict = exit_ok;
};

/// What the difference is, a line for each view.
void tell(Session& session, const ViewsDiff& diff) {
    for (const auto& one : diff.spelled) {
        const auto& found = one.as_object();
        const auto text = [&](const char* name) {
            const auto& value = found.at(name);
            return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
        };
        session.say(fmt::format("{}: an entry of {} is {}, position {}: kept {}, the log gives {}",
                                text("view"), text("part"), text("kind"), text("position"),
                                text("stored"), text("replayed")));
    }
}

base::Result<Finding> find_offline(Session& session, const ReplayFlags& flags) {
    auto folder = session.folder();
    if (!folder) return folder.error();
    const Origin origin = of_folder(**folder);
    auto kept = open_kept(fs::path(session.globals.offline) / "views", *origin.log);
    if (!kept) return kept.error();
    auto audit = open_audit(*origin.log, flags);
    if (!audit) return audit.error();
    const auto checkpoint = (*kept)->checkpoint();
    if (!checkpoint) return checkpoint.error();
    const std::uint64_t size = (*checkpoint)->position;
    if (auto done = fold(session, **audit, size); !done) return done.error();
    auto found = tools::diff(**kept, (*audit)->replay(), *origin.log);
    if (!found) return found.error();
    // Digests may be recorded of more events than are folded into what is kept.
    if (auto done = fold(session, **audit, origin.size); !done) return done.error();
    Finding out;
    out.diff = *std::move(found);
    out.recorded = (*audit)->recorded_json();
    out.verdict = verdict(session, **audit, out.diff.same() ? exit_ok : exit_differences);
    return out;
}

/// The first event at which the entries of the server part from ours, if they do.
base::Result<std::optional<std::uint64_t>> halve(Session& session, Server& server,
                                                 const projections::Replay& replay) {
    const Interrupt interrupt;
    auto size = first_parting(server, replay, [&](std::uint64_t same, std::uint64_t parted) {
        session.say(fmt::format("they part between {} and {} events", same, parted));
        return !interrupt.seen();
    });
    if (size && *size) --**size;
    return size;
}

base::Result<Finding> find_online(Session& session, const ReplayFlags& flags, bool bisect) {
    auto server = session.server();
    if (!server) return server.error();
    const auto told = Told::ask(**server);
    if (!told) return told.error();
    const auto origin = loaded(session, flags, told->sums.size);
    if (!origin) return origin.error();
    auto audit = open_audit(*origin->log, flags);
    if (!audit) return audit.error();
    if (auto done = fold(session, **audit, origin->size); !done) return done.error();
    auto replayed = (*audit)->replay().digests();
    if (!replayed) return replayed.error();
    Finding out;
    out.diff = tools::diff(*told, *std::move(replayed));
    if (bisect) {
        const auto position = halve(session, **server, (*audit)->replay());
        if (!position) return position.error();
        out.diff.position = *position;
    }
    out.recorded = (*audit)->recorded_json();
    out.verdict = verdict(session, **audit, out.diff.same() ? exit_ok : exit_differences);
    return out;
}

int compare(Session& session, const ReplayFlags& flags, bool bisect) {
    const bool offline = !session.globals.offline.empty();
    auto found = offline ? find_offline(session, flags) : find_online(session, flags, bisect);
    if (!found) return fail(session, found.error());
    auto report = found->diff.json();
    report["recorded"] = found->recorded;
    if (bisect) {
        report["event"] = nullptr;
        if (found->diff.position) {
            auto source = session.source();
            if (!source) return fail(session, source.error());
            auto event = (*source)->event(std::to_string(*found->diff.position));
            if (!event) return fail(session, event.error());
            report["event"] = *std::move(event);
        }
    }
    auto printer = session.printer({"view", "same", "stored", "replayed"});
    if (auto printed = printer.answer(report); !printed) return fail(session, printed.error());
    tell(session, found->diff);
    if (bisect && found->diff.position) {
        session.say(fmt::format("stored and replayed views part at position {}: {}",
                                *found->diff.position,
                                json::serialize(report["event"].at("type"))));
    } else if (found->diff.same()) {
        session.say(fmt::format("the views say what {} events give", found->diff.replayed.size));
    }
    return found->verdict;
}

void add_flags(CLI::App& app, ReplayFlags& flags) {
    app.add_option("--scratch", flags.scratch,
                   "Fold into this empty folder instead of into memory")
        ->type_name("DIR");
    add_trust(app, flags.trust);
}

}  // namespace

void add_replay(Tree& tree) {
    Session& session = tree.session();
    auto flags = std::make_shared<ReplayFlags>();
    auto& noun = tree.noun("replay", "Fold the log anew and compare the views with it");
    auto& run_verb = tree.verb(
        noun, "run",
        {"Fold the log from its first event and print a digest of each view; digests recorded in "
         "the log are checked on the way",
         {"replay run", "--offline build/demo replay run --upto 10000",
          "--offline copy replay run --policy trust.txt -o json"},
         [&session, flags] { return run(session, *flags); }});
    run_verb.add_option("--upto", flags->upto, "Events to fold; without it all")->type_name("N");
    add_flags(run_verb, *flags);
    auto& diff_verb = tree.verb(
        noun, "diff",
        {"Compare the live views, or those of a folder, with a replay: which view, and which entry "
         "first (exit 9 if they differ, 6 if a digest recorded in the log is contradicted)",
         {"replay diff", "--offline build/demo replay diff",
          "--offline build/demo replay diff -o json"},
         [&session, flags] { return compare(session, *flags, false); }});
    add_flags(diff_verb, *flags);
    auto& bisect_verb = tree.verb(
        noun, "bisect",
        {"Find the first event at which kept and replayed views part, and print it",
         {"replay bisect", "--offline build/demo replay bisect",
          "--offline build/demo replay bisect -o json"},
         [&session, flags] { return compare(session, *flags, true); }});
    add_flags(bisect_verb, *flags);
}

}  // namespace tools
