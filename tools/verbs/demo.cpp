// Filling a demonstration ledger: the story, or years of a made-up province.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "tools/client/server.h"
#include "tools/load/actor.h"
#include "tools/load/push.h"
#include "tools/output/cells.h"
#include "tools/story/story.h"
#include "tools/synthetic/synthetic.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr std::size_t demo_batch = 2'000;
constexpr std::size_t batch_bytes_max = 4'000'000;
constexpr std::size_t surprises_shown_max = 20;

/// What came back against what the commands were made to bring about.
class Tally {
public:
    void note(const std::string& name, const std::string& expected, const Outcome& outcome) {
        ++commands_;
        const std::string got =
            outcome.recorded ? outcome.replayed ? "replayed" : "recorded" : outcome.code;
        ++got_[got];
        ++expected_[expected];
        next_ = std::max(next_, outcome.next);
        if (got == expected) return;
        // A command of an earlier run says "replayed" where "recorded" was planned.
        // A refusal is not remembered; told again, its day has passed.
        const bool late = got == "E_DEMO_CLOCK" && expected.starts_with("E_");
        if (late || (got == "replayed" && expected == "recorded")) {
            ++repeated_[got];
            ++repeated_as_[expected];
            return;
        }
        ++surprises_;
        if (shown_.size() < surprises_shown_max) {
            shown_.push_back(fmt::format("{}: expected {}, got {} {}", name, expected, got,
                                         outcome.recorded ? "" : outcome.what));
        }
    }
    std::uint64_t next() const { return next_; }
    std::uint64_t commands() const { return commands_; }

    /// Whether every command was heard in an earlier run.
    bool all_repeated() const { return surprises_ == 0 && !got_.contains("recorded"); }
    /// What was only heard again is told as it was told the first time.
    void count_repeated_as_first() {
        for (const auto& [got, count] : std::exchange(repeated_, {})) {
            if ((got_[got] -= count) == 0) got_.erase(got);
        }
        for (const auto& [first, count] : std::exchange(repeated_as_, {})) got_[first] += count;
    }

    int report(Session& session) const {
        for (const auto& line : shown_) session.say(line);
        auto printer = session.printer();
        std::map<std::string, std::uint64_t> keys = expected_;
        keys.insert(got_.begin(), got_.end());
        for (const auto& [outcome, ignored] : keys) {
            auto more = printer.row({{"outcome", outcome},
                                     {"planned", count(expected_, outcome)},
                                     {"got", count(got_, outcome)}});
            if (!more) return session.fail(more.error());
        }
        if (auto finished = printer.finish(); !finished) return session.fail(finished.error());
        if (surprises_ == 0) return exit_ok;
        session.say(fmt::format("{} of {} commands did not go as planned", surprises_, commands_));
        return exit_partly;
    }

private:
    static std::uint64_t count(const std::map<std::string, std::uint64_t>& in,
                               const std::string& key) {
        const auto found = in.find(key);
        return found == in.end() ? 0 : found->second;
    }

    std::uint64_t commands_ = 0, next_ = 0, surprises_ = 0;
    std::map<std::string, std::uint64_t> got_, expected_;
    std::map<std::string, std::uint64_t> repeated_, repeated_as_;  // got now, got the first time
    std::vector<std::string> shown_;
};

/// Commands on their way, with what each of them should bring about.
struct Batch {
    std::vector<Item> items;
    std::vector<std::string> names, expected;
    std::size_t bytes = 0;

    void add(std::string json, std::string actor, std::string name, std::string outcome) {
        bytes += json.size();
        items.push_back({items.size() + 1, std::move(json), {}, {}, std::move(actor)});
        names.push_back(std::move(name));
        expected.push_back(std::move(outcome));
    }
    bool full() const { return items.size() >= demo_batch || bytes >= batch_bytes_max; }
    base::Result<void> send(Pusher& pusher, Tally& tally) {
        if (items.empty()) return {};
        auto outcomes = pusher.push(items);
        if (!outcomes) return outcomes.error();
        for (std::size_t i = 0; i < items.size(); ++i) {
            tally.note(names[i], expected[i], (*outcomes)[i]);
        }
        *this = {};
        return {};
    }
};

/// Asks what the story must have brought about and says which answers come out.
int check_story(Session& session) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto printer = session.printer({"question", "view", "ok", "missing"});
    bool good = true;
    for (const auto& golden : story::golden()) {
        auto answer = (*source)->view(golden.view, golden.subject, golden.parameters);
        const std::string missing =
            answer ? story::disagreement(golden, json::serialize(*answer)) : answer.error().what;
        good = good && missing.empty();
        const bool zh = session.language() == Language::zh;
        auto more = printer.row(
            {{"question", zh ? golden.zh : golden.name},
             {"view", golden.view},
             {"ok", missing.empty()},
             {"missing", missing.empty() ? json::value(nullptr) : json::value(missing)}});
        if (!more) return session.fail(more.error());
    }
    if (auto finished = printer.finish(); !finished) return session.fail(finished.error());
    return good ? exit_ok : exit_differences;
}

int load_story(Session& session) {
    auto server = session.server();
    if (!server) return session.fail(server.error());
    Pusher pusher(**server, {});
    Batch batch;
    Tally tally;
    for (const auto& step : story::steps()) {
        batch.add(step.json, actor_text(step.actor), "row " + step.row + ", " + step.title,
                  step.outcome);
    }
    if (auto sent = batch.send(pusher, tally); !sent) return session.fail(sent.error());
    if (auto waited = (*server)->wait_for_views(tally.next()); !waited) {
        return session.fail(waited.error());
    }
    if (tally.all_repeated()) {
        session.say(fmt::format("the story is loaded already: its {} commands were only repeated",
                                tally.commands()));
        tally.count_repeated_as_first();
    }
    return tally.report(session);
}

struct Making {
    synthetic::Options options;
    std::string out;
    std::string start;
    int years = 5;
};

/// The day after the ledger's head, or the generator's own start if that is later.
base::Result<events::Date> start_of(Server& server, events::Date earliest) {
    auto answer = server.view("stock", {}, {{"limit", "1"}});
    if (!answer) return answer.error();
    const auto* position = answer->if_contains("position");
    const std::uint64_t size =
        position == nullptr ? 0 : std::strtoull(plain_cell(*position).c_str(), nullptr, 10);
    if (size == 0) return earliest;
    auto last = server.event(std::to_string(size - 1));
    if (!last) return last.error();
    const auto* time = last->if_contains("time");
    const auto head = events::Instant::parse(time == nullptr ? std::string() : plain_cell(*time));
    if (!head) return earliest;
    const auto zone = events::Zone::find("Asia/Shanghai");
    if (!zone) return earliest;
    return std::max(earliest, zone->civil_date(*head) + 1);
}

int write_synthetic(Session& session, const Making& making) {
    std::ofstream out(making.out, std::ios::binary | std::ios::trunc);
    synthetic::Generator generator(making.options);
    synthetic::Step step;
    std::string actor;
    auto progress = session.progress("generate", 0);
    std::uint64_t made = 0;
    while (generator.next(step)) {
        const std::string next = actor_text(*step.actor);
        if (next != actor) out << "{\"ledgeractor\":\"" << (actor = next) << "\"}\n";
        out << step.json << "\n";
        progress->at(++made);
    }
    progress.reset();
    if (!out.flush()) {
        return session.fail({base::Fault::storage, "E_STORAGE", making.out + " cannot be written"});
    }
    const auto& plan = generator.plan();
    json::object refused;
    for (const auto& [code, count] : plan.refused) refused[code] = count;
    auto printer = session.printer();
    return session.done(printer.answer({{"commands", plan.commands},
                                        {"events", plan.events},
                                        {"replayed", plan.replayed},
                                        {"refused", refused},
                                        {"file", making.out}}));
}

int load_synthetic(Session& session, Making making) {
    if (!making.start.empty()) {
        const auto start = events::Date::parse(making.start);
        if (!start) return session.fail(usage_error("--start takes a date, 2020-01-01"));
        making.options.start = *start;
    }
    making.options.years = making.years;
    if (!making.out.empty()) return write_synthetic(session, making);
    auto server = session.server();
    if (!server) return session.fail(server.error());
    if (making.start.empty()) {
        auto start = start_of(**server, making.options.start);
        if (!start) return session.fail(start.error());
        making.options.start = *start;
    }
    const auto started = session.clock().now();
    Pusher pusher(**server, {});
    synthetic::Generator generator(making.options);
    synthetic::Step step;
    Batch batch;
    Tally tally;
    std::uint64_t made = 0;
    auto progress = session.progress("synthetic", 0);
    while (generator.next(step)) {
        batch.add(step.json, actor_text(*step.actor), fmt::format("command {}", ++made),
                  std::string(step.outcome));
        if (!batch.full()) continue;
        if (auto sent = batch.send(pusher, tally); !sent) return session.fail(sent.error());
        progress->at(tally.commands());
    }
    if (auto sent = batch.send(pusher, tally); !sent) return session.fail(sent.error());
    progress->clear();
    const auto loaded = session.clock().now();
    if (auto waited = (*server)->wait_for_views(tally.next()); !waited) {
        return session.fail(waited.error());
    }
    const auto caught_up = session.clock().now();
    const auto seconds = [](auto span) { return std::chrono::duration<double>(span).count(); };
    session.say(fmt::format("{} commands in {:.1f} s ({:.0f}/s); the views followed {:.1f} s later",
                            tally.commands(), seconds(loaded - started),
                            static_cast<double>(tally.commands()) / seconds(loaded - started),
                            seconds(caught_up - loaded)));
    const auto& plan = generator.plan();
    for (const auto name : synthetic::worked_cases) {
        const auto found = plan.cases.find(std::string(name));
        session.say(fmt::format("worked case {}: {} times", name,
                                found == plan.cases.end() ? 0 : found->second));
    }
    for (const auto& [type, count] : plan.left_to_system) {
        session.say(fmt::format("left to the system, {}: {} times", type, count));
    }
    return tally.report(session);
}

}  // namespace

void add_demo(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("demo", "Fill a demonstration ledger (talentd --demo)");
    tree.verb(noun, "story",
              {"Record the demonstration story: eight people, eight employers, 2019 to 2021",
               {"demo story", "demo story --server http://127.0.0.1:7400", "demo story -o json"},
               [&session] { return load_story(session); }});

    tree.verb(
        noun, "answers",
        {"Ask the questions that the story must answer; exit code 9 if one comes out otherwise",
         {"demo answers", "demo answers --lang zh", "--offline build/demo demo answers -o json"},
         [&session] { return check_story(session); }});

    auto making = std::make_shared<Making>();
    auto& app =
        tree.verb(noun, "synthetic",
                  {"Record years of a made-up province; the same commands for the same seed",
                   {"demo synthetic --talents 1000", "demo synthetic --talents 100000 --seed 7",
                    "demo synthetic --talents 1000 --out commands.ndjson"},
                   [&session, making] { return load_synthetic(session, *making); }});
    app.add_option("--talents", making->options.talents, "People (1000)")->type_name("N");
    app.add_option("--seed", making->options.seed, "Seed of the stream")->type_name("S");
    app.add_option("--years", making->years, "Years (5)")->type_name("N");
    app.add_option("--start", making->start, "First day (after the ledger's last)")
        ->type_name("DATE");
    app.add_option("--out", making->out, "Write the commands here instead of recording them")
        ->type_name("FILE");
}

}  // namespace tools
