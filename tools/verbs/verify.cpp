// Proof that a folder holds what it was given.
#include "tools/offline/verify.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>

#include "tools/offline/folder.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

int verify(Session& session, bool log_only) {
    auto folder = session.folder();
    if (!folder) return session.fail(folder.error());
    const auto& ledger = (*folder)->ledger();
    const std::uint64_t size = ledger.head().size;

    VerifyReport report;
    auto progress = session.progress("log", size);
    report.checks.push_back(check_log(
        ledger, [&](std::uint64_t done) { progress->at(done); }, report.log));
    if (!log_only && report.good()) {
        progress = session.progress("standings", size);
        report.checks.push_back(
            check_standings(ledger, [&](std::uint64_t done) { progress->at(done); }));
        progress.reset();
        session.say("folding the views anew");
        report.checks.push_back(
            check_views(ledger, std::filesystem::path(session.globals.offline) / "views"));
    }
    progress.reset();

    auto printer = session.printer();
    if (auto printed = printer.answer(report.json(ledger)); !printed) {
        return session.fail(printed.error());
    }
    if (const auto* fault = report.first_fault()) {
        const std::string where =
            fault->position ? fmt::format(" at position {}", *fault->position) : std::string();
        return session.fail({base::Fault::corrupt, "E_VERIFY",
                             fmt::format("{}{}: {}", fault->name, where, fault->fault)});
    }
    return exit_ok;
}

}  // namespace

void add_verify(Tree& tree) {
    Session& session = tree.session();
    auto log_only = std::make_shared<bool>(false);
    auto& app = tree.verb(tree.root(), "verify",
                          {"Read every event of a folder again and check hashes, tree, revisions, "
                           "standings and views",
                           {"--offline build/demo verify", "--offline build/demo verify -o json",
                            "--offline build/demo verify --log-only"},
                           [&session, log_only] { return verify(session, *log_only); }});
    app.add_flag("--log-only", *log_only, "Leave standings and views out");
}

}  // namespace tools
