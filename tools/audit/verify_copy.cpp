#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/audit/open_log_copy.h"
#include "tools/audit/verifying.h"

namespace tools {
namespace json = boost::json;
namespace {

std::string about_of(const LogCopy& copy, const AuditScope& scope) {
    auto out = "log " + copy.describe();
    if (scope.from) out += fmt::format(" from {}", *scope.from);
    if (scope.upto) out += fmt::format(" to {}", *scope.upto);
    if (scope.sample > 0) out += fmt::format(" sample {} seed {}", scope.sample, scope.seed);
    return out;
}

void describe(Verifying& run, const LogCopy& copy, const AuditScope& scope,
              const CopyAudit& audit) {
    auto& about = run.about();
    about["source"] = copy.describe();
    about["ledger"] = audit.ledger().text();
    about["from"] = std::to_string(audit.first());
    about["to"] = std::to_string(audit.upto());
    if (scope.sample > 0) {
        about["sample"] = scope.sample;
        about["seed"] = scope.seed;
    } else {
        about["streams"] = std::to_string(audit.streams());
    }
}

void add_recorded(Verifying& run, const AuditScope& scope, const RecordedProofs& recorded) {
    auto& report = run.report();
    if (!scope.whole()) {
        report.skipped.emplace_back(
            "what the log records of itself (checkpoints, lists of streams, keys), and revisions "
            "from their beginning: this needs the whole log");
        return;
    }
    report.checks.push_back(
        {"recorded proofs",
         recorded.checkpoints() + recorded.maps() + recorded.rotations().size(), {}, {}});
    if (recorded.maps() > 0 && !recorded.map_checked())
        report.skipped.emplace_back("the recorded list of streams");
}

/// That the log goes on from the checkpoint that was kept. False where it does not.
base::Result<bool> check_memory(Verifying& run, CopyAudit& audit, const Session& session,
                                std::string_view note) {
    if (!run.memory() || run.memory()->note.empty()) return true;
    const auto older = checkpoint_in(run.memory()->note);
    if (!older) return older.error();
    auto row = audit.continues(*older);
    if (!row) return row.error();
    const bool good = row->good();
    run.report().checks.push_back(*std::move(row));
    if (!good) {
        session.say(fmt::format("evidence, keep both:\n-- kept --\n{}-- now --\n{}",
                                run.memory()->note, note));
    }
    return good;
}

}  // namespace

int verify_copy(Session& session, const VerifyWanted& wanted) {
    auto copy = open_log_copy(session, wanted.signing);
    if (!copy) return session.fail(copy.error());
    Verifying run(session, wanted);
    if (auto begun = run.begin(about_of(**copy, wanted.scope)); !begun)
        return session.fail(begun.error());

    auto note = run.pinned_note().empty() ? (*copy)->checkpoint()
                                          : base::Result<std::string>(run.pinned_note());
    if (!note) return session.fail(note.error());
    run.pin(*note);
    auto judged = run.judged(*note, **copy);
    if (!judged) return session.fail(judged.error());
    const auto& checkpoint = judged->checkpoint.checkpoint;
    if (wanted.scope.from && *wanted.scope.from >= checkpoint.size && checkpoint.size > 0) {
        return session.fail({base::Fault::invalid, "E_BAD_POSITION",
                             fmt::format("--from {}: the checkpoint covers positions 0 to {}",
                                         *wanted.scope.from, checkpoint.size - 1)});
    }

    CopyAudit audit(**copy, checkpoint, wanted.scope);
    const auto continues = check_memory(run, audit, session, *note);
    if (!continues) return session.fail(continues.error());
    if (*continues) {
        const auto total = wanted.scope.sample > 0 ? wanted.scope.sample
                                                   : audit.upto() - audit.first();
        auto row = audit.run(run.progress("log", total), run.stop(), run.state());
        if (!row) return run.give_up(row.error());
        run.report().checks.push_back(*row);
        if (row->good()) add_recorded(run, wanted.scope, audit.recorded());
        if (row->good() && wanted.scope.whole()) run.check_descent(*judged, audit.recorded());
    }
    if (!wanted.scope.whole() && !judged->must_descend_from.empty()) {
        run.report().checks.push_back(
            {"key", 0, "the checkpoint's key is new; only a check of the whole log can tell "
                       "whether the trusted one has handed over to it", {}});
    }
    describe(run, **copy, wanted.scope, audit);
    run.report().skipped.emplace_back(
        "sealed parts, standings and views: they lie in the data folder");
    return run.finish(*judged, wanted.scope.whole() ? &audit.recorded() : nullptr);
}

}  // namespace tools
