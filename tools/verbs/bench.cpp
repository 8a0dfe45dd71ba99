// How fast, next to what the machine can do at best.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>

#include "tools/bench/rows.h"
#include "tools/client/load.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

struct BenchWanted {
    BenchOptions options;
    std::string dir = std::filesystem::temp_directory_path().string();
};

using Row = std::function<base::Result<Finding>(Workbench&)>;

std::vector<Row> append_rows() {
    return {bench_single_append, [](Workbench& bench) { return bench_waiting_callers(bench, 64); },
            bench_registration, bench_sealing};
}
std::vector<Row> read_rows() {
    return {bench_plain_read, [](Workbench& bench) { return bench_by_type(bench, true); },
            [](Workbench& bench) { return bench_by_type(bench, false); }, bench_matrix};
}
std::vector<Row> rebuild_rows() {
    return {bench_rebuild, bench_disk, bench_start_after_kill};
}
std::vector<Row> audit_rows() {
    return {bench_verify,
            [](Workbench& bench) { return bench_verify_log(bench, 1); },
            [](Workbench& bench) { return bench_verify_log(bench, 2); },
            bench_verify_folder,
            [](Workbench& bench) { return bench_inclusion(bench, false); },
            [](Workbench& bench) { return bench_inclusion(bench, true); },
            [](Workbench& bench) { return bench_consistency(bench, false); },
            [](Workbench& bench) { return bench_consistency(bench, true); }};
}
std::vector<Row> http_rows() {
    return {bench_http_append, bench_http_bulk, bench_http_read};
}

std::vector<Row> all_rows() {
    std::vector<Row> out;
    for (const auto& rows :
         {read_rows(), audit_rows(), rebuild_rows(), append_rows(), http_rows()}) {
        out.insert(out.end(), rows.begin(), rows.end());
    }
    return out;
}

int run(Session& session, const BenchWanted& wanted, const std::vector<Row>& rows, bool with_fill) {
    BenchOptions options = wanted.options;
    options.dir = wanted.dir;
    auto bench = Workbench::make(options, session.clock(), session.random());
    if (!bench) return session.fail(bench.error());
    auto printer = session.printer({"work", "unit", "subject", "baseline", "ratio", "ratio_least",
                                    "ratio_most", "wanted", "goal", "met"});
    const auto print = [&](const base::Result<Finding>& found) {
        if (!found) return session.fail(found.error());
        session.say(fmt::format("{}: {:.6g} {}", found->work,
                                Spread::of(found->subject_rounds).median, found->unit));
        auto more = printer.row(found->json());
        return more ? static_cast<int>(exit_ok) : session.fail(more.error());
    };
    session.say(fmt::format("filling with {} talents", options.talents));
    const auto filled = (*bench)->fill();
    if (!filled) return session.fail(filled.error());
    int exit = with_fill ? print(filled) : static_cast<int>(exit_ok);
    for (const auto& row : rows) {
        const int one = print(row(**bench));
        if (one != exit_ok) exit = one;
    }
    const auto finished =
        printer.finish(fmt::format("{} build, {} rounds of {} s, {} talents", TALENT_LEDGER_BUILD,
                                   options.rounds, options.seconds, options.talents));
    return finished ? exit : session.fail(finished.error());
}

void add_set(Tree& tree, CLI::App& noun, const std::string& name, const std::string& purpose,
             const std::vector<Row>& rows, bool with_fill) {
    Session& session = tree.session();
    auto wanted = std::make_shared<BenchWanted>();
    const std::string verb = "bench " + name;
    auto& app = tree.verb(
        noun, name,
        {purpose,
         {verb, verb + " --seconds 3 --rounds 9 -o json", verb + " --dir /var/tmp --talents 20000"},
         [&session, wanted, rows, with_fill] { return run(session, *wanted, rows, with_fill); }});
    app.add_option("--dir", wanted->dir, "Make the temporary folder here")->type_name("DIR");
    app.add_option("--seconds", wanted->options.seconds, "Time of each side in each round (1)")
        ->type_name("S")
        ->check(CLI::Range(0.05, 600.0));
    app.add_option("--rounds", wanted->options.rounds, "Rounds (5)")
        ->type_name("N")
        ->check(CLI::Range(1, 100));
    app.add_option("--talents", wanted->options.talents, "People to fill the ledger with (2000)")
        ->type_name("N")
        ->check(CLI::Range(10, 1'000'000));
}

}  // namespace

void add_bench(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("bench", "Measure this machine: ours against what it can do at best");
    add_set(tree, noun, "append", "Durable append by one caller and by many, and sealing",
            append_rows(), false);
    add_set(tree, noun, "bulk", "Import in batches of 1,000 commands", {}, true);
    add_set(tree, noun, "read", "Plain read, read by type, matrices as of any month",
            read_rows(), false);
    add_set(tree, noun, "audit", "Checking a whole log, latency of proofs", audit_rows(), false);
    add_set(tree, noun, "rebuild", "Views anew, disk, start after a kill", rebuild_rows(), false);
    add_set(tree, noun, "http", "Append, bulk load and one-person reads over the port", http_rows(),
            false);
    add_set(tree, noun, "all", "Every row", all_rows(), true);

    tree.verb(noun, "handler",
              {"The smallest handler, for the http rows",
               {},
               [] {
                   serve_minimal([](std::uint16_t port) {
                       fmt::print("listening on 127.0.0.1:{}\n", port);
                       std::fflush(stdout);
                   });
                   return static_cast<int>(exit_ok);
               },
               false,
               true});
    auto dir = std::make_shared<std::string>();
    auto& crash = tree.verb(
        noun, "crash",
        {"Records until it is killed",
         {},
         [&session, dir] { return crash_while_writing(*dir, session.clock(), session.random()); },
         false,
         true});
    crash.add_option("--dir", *dir, "Folder of the ledger")->required();
}

}  // namespace tools
