// Proof that a log is what it was signed to be, and that a folder holds what it was given.
#include <fmt/format.h>

#include <memory>
#include <thread>

#include "tools/audit/open_log_copy.h"
#include "tools/audit/verifying.h"
#include "tools/verbs/packs.h"
#include "tools/verbs/trusting.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

struct Flags {
    VerifyWanted wanted;
    std::uint64_t from = 0, upto = 0, seed = 0;
    CLI::Option* from_given = nullptr;
    CLI::Option* upto_given = nullptr;
    CLI::Option* seed_given = nullptr;
};

std::uint64_t fresh_seed(Session& session) {
    std::array<std::uint8_t, 4> bytes{};
    session.random().fill(bytes);
    std::uint64_t seed = 0;
    for (const auto byte : bytes) seed = seed << 8 | byte;
    return seed;
}

int verify_pack(Session& session, const VerifyWanted& wanted) {
    if (!wanted.scope.whole() || !wanted.resume.empty() || !wanted.since.empty()) {
        return session.fail(usage_error(
            "an evidence pack is checked whole: leave out --from, --to, --sample, --resume, "
            "--since"));
    }
    const auto trust = policy_of(wanted.trust);
    if (!trust) return session.fail(trust.error());
    return verify_pack_file(session, session.globals.offline, *trust);
}

int verify(Session& session, Flags& flags) {
    auto& wanted = flags.wanted;
    auto& scope = wanted.scope;
    if (flags.from_given->count() > 0) scope.from = flags.from;
    if (flags.upto_given->count() > 0) scope.upto = flags.upto;
    scope.seed = flags.seed_given->count() > 0 ? flags.seed : fresh_seed(session);
    scope.with_map = !wanted.log_only;
    if (scope.jobs == 0) scope.jobs = std::max(1u, std::thread::hardware_concurrency());
    if (scope.from && scope.upto && *scope.from >= *scope.upto)
        return session.fail(usage_error("--from must lie before --to"));
    if (!wanted.resume.empty() && scope.sample > 0)
        return session.fail(usage_error("a sample is quick: --resume is for logs and ranges"));
    const auto& offline = session.globals.offline;
    const auto kind = offline.empty() ? CopyKind::nothing : kind_of_copy(offline);
    if (kind == CopyKind::file) return verify_pack(session, wanted);
    const bool folder = kind == CopyKind::data_folder;
    return folder && scope.whole() ? verify_folder(session, wanted) : verify_copy(session, wanted);
}

}  // namespace

void add_verify(Tree& tree) {
    Session& session = tree.session();
    auto flags = std::make_shared<Flags>();
    auto& wanted = flags->wanted;
    auto& app = tree.verb(
        tree.root(), "verify",
        {"Work a log out again from its events and hold it against what was signed; a data folder "
         "with all that is derived from it",
         {"verify --since seen.json", "--offline build/demo verify --jobs 2 -o json",
          "--offline copy verify --from 1000 --to 2000 --policy trust.txt"},
         [&session, flags] { return verify(session, *flags); }});
    flags->from_given = app.add_option("--from", flags->from,
                                       "Only from this position on (rounded down to a tile of 256)")
                            ->type_name("N");
    flags->upto_given =
        app.add_option("--to,--upto", flags->upto, "Only before this position (rounded up)")
            ->type_name("N");
    app.add_option("--sample", wanted.scope.sample, "Only so many events, chosen at random")
        ->type_name("N");
    flags->seed_given =
        app.add_option("--seed", flags->seed, "Choose the same sample again")->type_name("N");
    app.add_option("--jobs", wanted.scope.jobs, "Threads that read and hash (one for each core)")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    app.add_option("--resume", wanted.resume,
                   "Keep the place here when stopped, and go on from it")
        ->type_name("FILE");
    app.add_option("--since", wanted.since,
                   "Keys and checkpoint kept from last time: the log must continue it; renewed "
                   "when all is well")
        ->type_name("FILE");
    add_trust(app, wanted.trust);
    app.add_option("--signing", wanted.signing, "Signing folder of a data folder (DIR/signing)")
        ->type_name("DIR");
    app.add_flag("--log-only", wanted.log_only,
                 "Leave out what is derived: standings, views, the list of streams");
}

}  // namespace tools
