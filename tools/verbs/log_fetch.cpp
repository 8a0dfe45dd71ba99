// A copy of the log, checked while it is fetched.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <thread>

#include "tools/audit/fetching_log.h"
#include "tools/audit/open_log_copy.h"
#include "tools/audit/verifying.h"
#include "tools/verbs/trusting.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

struct Fetching {
    std::string to;
    VerifyWanted wanted;
};

/// An earlier copy in the same folder is what the log must continue.
base::Result<std::optional<proof::Checkpoint>> kept_in(const std::string& dir,
                                                       VerifyWanted& wanted) {
    TileFolder before(dir);
    const auto bytes = before.checkpoint();
    if (!bytes) return std::optional<proof::Checkpoint>();
    const auto note = proof::Note::parse(*bytes);
    if (!note) return note.error();
    auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return checkpoint.error();
    const auto keys = before.verifiers();
    if (keys && wanted.trust.keys.empty() && wanted.trust.policy_file.empty()) {
        for (const auto& key : *keys) wanted.trust.keys.push_back(key.text());
    }
    return std::optional(*std::move(checkpoint));
}

int fetch(Session& session, Fetching& asked) {
    auto& wanted = asked.wanted;
    wanted.scope.jobs = std::max(1u, std::thread::hardware_concurrency());
    auto source = open_log_copy(session);
    if (!source) return session.fail(source.error());
    const auto older = kept_in(asked.to, wanted);
    if (!older) return session.fail(older.error());
    Verifying run(session, wanted);
    if (auto begun = run.begin({}); !begun) return session.fail(begun.error());
    const auto note = (*source)->checkpoint();
    if (!note) return session.fail(note.error());
    const auto judged = run.judged(*note, **source);
    if (!judged) return session.fail(judged.error());

    FetchingLog log(**source, asked.to);
    CopyAudit audit(log, judged->checkpoint.checkpoint, wanted.scope);
    if (*older) {
        auto row = audit.continues(**older);
        if (!row) return session.fail(row.error());
        run.report().checks.push_back(*std::move(row));
    }
    if (run.report().good()) {
        auto row = audit.run(run.progress("fetch", audit.upto()), run.stop(), nullptr);
        if (!row && run.stop()) {
            session.say("stopped; the same command goes on");
            return exit_interrupted;
        }
        if (!row) return session.fail(row.error());
        run.report().checks.push_back(*row);
        if (row->good()) run.check_descent(*judged, audit.recorded());
    }
    if (run.report().good()) {
        if (auto sealed = log.seal(*note); !sealed) return session.fail(sealed.error());
    }
    run.about()["source"] = (*source)->describe();
    run.about()["files_fetched"] = log.fetched();
    return run.finish(*judged, nullptr);
}

}  // namespace

void add_log_fetch(Tree& tree, CLI::App& noun) {
    Session& session = tree.session();
    auto asked = std::make_shared<Fetching>();
    auto& app = tree.verb(
        noun, "fetch",
        {"Copy the log into a folder of tiles and check it on the way; a stopped run goes on, and "
         "a later one adds what has come",
         {"log fetch --to copy", "log fetch --to copy --policy trust.txt",
          "--offline build/demo log fetch --to copy"},
         [&session, asked] { return fetch(session, *asked); }});
    app.add_option("--to", asked->to, "The folder")->type_name("DIR")->required();
    add_trust(app, asked->wanted.trust);
}

}  // namespace tools
