#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "ledger/prover.h"
#include "tools/audit/folder_log.h"
#include "tools/audit/kept_checkpoints.h"
#include "tools/audit/verifying.h"
#include "tools/offline/folder.h"

namespace tools {
namespace {

/// The checkpoints of a data folder, as far as it has any.
std::optional<Judged> check_signed(Verifying& run, const ledger::Ledger& ledger, FolderLog& log,
                                   const RecordedProofs& recorded) {
    auto& report = run.report();
    const auto signing = log.signing();
    const auto note = signing ? log.checkpoint() : base::Result<std::string>(signing.error());
    if (!note) {
        report.skipped.push_back("checkpoints: " + note.error().what);
        return std::nullopt;
    }
    auto judged = run.judged(*note, log);
    if (!judged) {
        report.checks.push_back({"trust", 0, judged.error().what, {}});
        return std::nullopt;
    }
    run.check_descent(*judged, recorded);
    report.checks.push_back(check_kept(ledger, **signing, recorded));
    return *std::move(judged);
}

void check_continues(Verifying& run, FolderLog& log, const Judged& judged) {
    if (!run.memory() || run.memory()->note.empty()) return;
    const auto older = checkpoint_in(run.memory()->note);
    CopyAudit audit(log, judged.checkpoint.checkpoint, {});
    auto row = older ? audit.continues(*older) : base::Result<CheckResult>(older.error());
    run.report().checks.push_back(row ? *std::move(row)
                                      : CheckResult{"continues", 0, row.error().what, {}});
}

void check_derived(Session& session, Verifying& run, const ledger::Ledger& ledger) {
    auto folding = run.progress("standings", ledger.head().size);
    run.report().checks.push_back(check_standings(ledger, folding));
    folding = run.progress("views", 0);
    session.say("folding the views anew");
    run.report().checks.push_back(
        check_views(ledger, std::filesystem::path(session.globals.offline) / "views"));
}

void describe(Verifying& run, const ledger::Ledger& ledger, const ledger::Verification& found) {
    auto& about = run.about();
    about["source"] = "folder";
    about["ledger"] = ledger.info().id.text();
    about["events"] = std::to_string(ledger.head().size);
    about["blocks"] = std::to_string(found.blocks);
    about["streams"] = std::to_string(found.streams);
    about["sealed_parts"] = std::to_string(found.sealed_parts);
    about["erased_parts"] = std::to_string(found.erased_parts);
    about["root"] = events::hex(found.root);
    about["recovery"] = ledger.recovery().clean ? "clean" : ledger.recovery().what;
}

}  // namespace

int verify_folder(Session& session, const VerifyWanted& wanted) {
    auto folder = session.folder();
    if (!folder) return session.fail(folder.error());
    const auto& ledger = (*folder)->ledger();
    const std::filesystem::path dir = session.globals.offline;
    const std::filesystem::path elsewhere = wanted.signing;
    FolderLog log(ledger, elsewhere.empty() ? dir / "signing" : elsewhere, dir.string());
    const auto size = ledger.head().size;

    Verifying run(session, wanted);
    auto begun = run.begin(fmt::format("folder {} {} {}", ledger.info().id.text(), size,
                                       wanted.log_only ? "log only" : "all"));
    if (!begun) return session.fail(begun.error());
    RecordedProofs recorded([&](std::uint64_t upto) { return ledger.prover().root(upto); },
                            !wanted.log_only);
    ledger::VerifyOptions options;
    options.jobs = wanted.scope.jobs;
    options.observer = &recorded;
    options.cursor = run.state();
    ledger::Verification found;
    auto row = check_log(ledger, options, run.progress("log", size), run.stop(), found);
    if (!row) return run.give_up(row.error());
    describe(run, ledger, found);
    run.report().skipped = found.skipped;
    run.report().checks.push_back(*row);
    if (!row->good()) return run.finish({}, nullptr);

    run.report().checks.push_back(
        {"recorded proofs",
         recorded.checkpoints() + recorded.maps() + recorded.rotations().size(), {}, {}});
    const auto judged = check_signed(run, ledger, log, recorded);
    if (judged) check_continues(run, log, *judged);
    if (!wanted.log_only && run.report().good()) check_derived(session, run, ledger);
    run.about()["root"] = events::hex(found.root);
    return run.finish(judged, &recorded);
}

}  // namespace tools
