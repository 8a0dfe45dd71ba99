// Reading back: plain, verified, folded into views, asked; and what it takes on disk and at start.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <map>

#include "events/event.h"
#include "projections/views.h"
#include "tools/bench/rows.h"
#include "tools/load/digest.h"

namespace tools {
namespace fs = std::filesystem;
namespace {

/// Repeats a pass over the whole log until the time is over; events per second.
base::Result<double> repeat(Workbench& bench,
                            const std::function<base::Result<std::uint64_t>()>& pass) {
    const auto started = bench.clock().now();
    std::uint64_t events = 0;
    do {
        auto done = pass();
        if (!done) return done.error();
        events += *done;
    } while (bench.seconds_since(started) < bench.options().seconds);
    return static_cast<double>(events) / bench.seconds_since(started);
}

base::Result<std::uint64_t> each_event(Workbench& bench,
                                       const std::function<void(const ledger::EventScan&)>& visit) {
    auto scan = bench.ledger().scan({0}, {bench.ledger().head().size});
    std::uint64_t count = 0;
    for (;; ++count) {
        auto next = scan.next();
        if (!next) return next.error();
        if (!*next) return count;
        visit(scan);
    }
}

/// Keeps the compiler from leaving the work out.
std::atomic<std::uint64_t> swallowed{0};

base::Result<double> raw_scan_rate(Workbench& bench) {
    return repeat(bench, [&] {
        std::uint64_t bytes = 0;
        auto count = bench.raw().scan([&](std::string_view event) { bytes += event.size(); });
        swallowed += bytes;
        return count;
    });
}

using Measure = std::function<base::Result<double>()>;

base::Result<Finding> in_turns(Workbench& bench, Finding found, const Measure& subject,
                               const Measure& baseline) {
    for (int round = 0; round < bench.options().rounds; ++round) {
        auto base = baseline();
        if (!base) return base.error();
        auto ours = subject();
        if (!ours) return ours.error();
        found.baseline_rounds.push_back(*base);
        found.subject_rounds.push_back(*ours);
    }
    return found;
}

std::uint64_t bytes_in(const fs::path& dir) {
    std::uint64_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(dir, ignored)) {
        if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
    }
    return bytes;
}

base::Result<double> views_rate(Workbench& bench) {
    auto views = projections::Views::open(std::nullopt, bench.ledger());
    if (!views) return views.error();
    const std::atomic<bool> stop{false};
    const auto started = bench.clock().now();
    if (auto folded = (*views)->catch_up(stop); !folded) return folded.error();
    return static_cast<double>((*views)->position()) / bench.seconds_since(started);
}

}  // namespace

base::Result<Finding> bench_plain_read(Workbench& bench) {
    Finding found{.work = "plain read in log order", .unit = "events/s", .baseline = "raw scan"};
    found.ratio_least = 0.6;
    found.ratio_goal = 0.9;
    const auto ours = [&] {
        return repeat(bench, [&] {
            std::uint64_t bytes = 0;
            auto count = each_event(bench, [&](const auto& scan) { bytes += scan.bytes().size(); });
            swallowed += bytes;
            return count;
        });
    };
    return in_turns(bench, std::move(found), ours, [&] { return raw_scan_rate(bench); });
}

base::Result<Finding> bench_by_type(Workbench& bench, bool rare) {
    Finding found{.work = rare ? "read of the rarest type" : "read of the commonest type",
                  .unit = "events passed/s",
                  .baseline = "whole scan, filtered"};
    std::map<events::schema::Payload, std::uint64_t> counts;
    auto size = each_event(bench, [&](const auto& scan) { ++counts[scan.event().payload_type()]; });
    if (!size) return size.error();
    const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end(), by_count);
    const auto [type, count] = rare ? *least : *most;
    found.note = fmt::format("{}: {} of {} events", events::schema::EnumNamePayload(type), count,
                             *size);
    const auto filtered = [&, type = type] {
        return repeat(bench, [&] {
            return each_event(bench, [&](const auto& scan) {
                if (scan.event().payload_type() == type) swallowed += scan.bytes().size();
            });
        });
    };
    const auto marked = [&, type = type] {
        return repeat(bench, [&]() -> base::Result<std::uint64_t> {
            auto scan = bench.ledger().scan(std::array{type}, {0}, {*size});
            for (;;) {
                auto next = scan.next();
                if (!next) return next.error();
                if (!*next) return *size;
                swallowed += scan.bytes().size();
            }
        });
    };
    return in_turns(bench, std::move(found), marked, filtered);
}

base::Result<Finding> bench_verify(Workbench& bench) {
    Finding found{.work = "replay: read and verify every leaf, one thread",
                  .unit = "events/s",
                  .baseline = "leaf hashes of the same bytes alone"};
    found.ratio_goal = 0.6;
    auto bytes = bench.bytes_from(0);
    if (!bytes) return bytes.error();
    const auto hashing = [&] {
        return repeat(bench, [&]() -> base::Result<std::uint64_t> {
            for (const auto& event : *bytes) swallowed += leaf_hash(event)[0];
            return bytes->size();
        });
    };
    const auto ours = [&] {
        return repeat(bench, [&] {
            return each_event(bench, [&](const auto& scan) {
                const auto read = events::read_event(scan.bytes());
                ENSURE(read, "what was recorded is well formed");
                swallowed += leaf_hash(scan.bytes())[0];
            });
        });
    };
    return in_turns(bench, std::move(found), ours, hashing);
}

base::Result<Finding> bench_rebuild(Workbench& bench) {
    Finding found{
        .work = "rebuild of all views, one thread", .unit = "events/s", .baseline = "raw scan"};
    found.least = 200'000;
    found.ratio_goal = 0.12;
    found.note = "goal of performance.md: 500 k events/s";
    return in_turns(
        bench, std::move(found), [&] { return views_rate(bench); },
        [&] { return raw_scan_rate(bench); });
}

base::Result<Finding> bench_matrix(Workbench& bench) {
    Finding found{.work = "as-of zone matrix, any month, any K", .unit = "ms", .baseline = {}};
    found.most = 5;
    auto views = projections::Views::open(std::nullopt, bench.ledger());
    if (!views) return views.error();
    const std::atomic<bool> stop{false};
    if (auto folded = (*views)->catch_up(stop); !folded) return folded.error();
    found.note = fmt::format("{} events", (*views)->position());
    const auto last = bench.ledger().zone().civil_date(bench.ledger().head().recorded_at);
    for (int round = 0; round < bench.options().rounds; ++round) {
        std::vector<double> times;
        for (int i = 0; i < 60; ++i) {
            projections::Question question;
            question.view = "flow-matrix";
            const auto month = last.plus_months(-i).first_of_month();
            question.parameters = {{"from", month.text()},
                                   {"to", month.first_of_next_month().text()},
                                   {"by", "zone"},
                                   {"known_at", last.plus_months(-(i * 7) % 12).text()}};
            question.now = bench.ledger().head().recorded_at;
            const auto started = bench.clock().now();
            const auto answer = (*views)->answer(question);
            if (!answer) return answer.error();
            times.push_back(bench.seconds_since(started) * 1e3);
        }
        found.subject_rounds.push_back(Spread::of(times).median);
    }
    return found;
}

base::Result<Finding> bench_disk(Workbench& bench) {
    Finding found{.work = "disk, everything included, per byte of plain events",
                  .unit = "bytes/byte",
                  .baseline = {}};
    found.most = 0.8;
    std::uint64_t plain = 0;
    auto events = each_event(bench, [&](const auto& scan) { plain += scan.bytes().size(); });
    if (!events) return events.error();
    bench.close_ledger();
    const std::uint64_t whole = bytes_in(bench.ledger_dir());
    if (auto opened = bench.open_ledger(ledger::Ledger::Opening::existing); !opened) {
        return opened.error();
    }
    found.subject_rounds = {static_cast<double>(whole) / static_cast<double>(plain)};
    found.note = fmt::format(
        "{} events, {:.0f} bytes each in plain, {:.0f} on disk; the write-ahead "
        "log is in, and nothing was compacted by hand",
        *events, static_cast<double>(plain) / static_cast<double>(*events),
        static_cast<double>(whole) / static_cast<double>(*events));
    return found;
}

base::Result<Finding> bench_start_after_kill(Workbench& bench) {
    Finding found{.work = "start after kill -9", .unit = "s", .baseline = {}};
    found.most = 5;
    for (int round = 0; round < bench.options().rounds; ++round) {
        bench.close_ledger();
        const pid_t child = fork();
        if (child < 0) return base::Error{base::Fault::storage, "E_STORAGE", "fork failed"};
        if (child == 0) {
            const std::string dir = bench.ledger_dir().string();
            execl("/proc/self/exe", "talentctl", "bench", "crash", "--dir", dir.c_str(), nullptr);
            _exit(127);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
            return base::Error{base::Fault::storage, "E_STORAGE", "the child has not been killed"};
        }
        const auto started = bench.clock().now();
        if (auto opened = bench.open_ledger(ledger::Ledger::Opening::existing); !opened) {
            return opened.error();
        }
        found.subject_rounds.push_back(bench.seconds_since(started));
    }
    found.note = fmt::format("{} events; the bound is for 10 million", bench.ledger().head().size);
    return found;
}

int crash_while_writing(const fs::path& dir, const base::Clock& clock, base::Random& random) {
    ledger::Ledger::Options options;
    options.dir = dir;
    auto opened = ledger::Ledger::open(options, clock, random);
    if (!opened) return 1;
    events::CommandReader reader(events::Catalogue::built_in(), events::CodeLists::built_in());
    events::Actor actor;
    actor.id.bytes = random.bytes<16>();
    actor.role = events::Role::P;
    for (int i = 0; i < 1'000; ++i) {
        events::Id id;
        id.bytes = random.bytes<16>();
        auto command = reader.read(
            fmt::format("{{\"specversion\":\"1.0\",\"id\":\"{}\",\"source\":\"talentctl/bench\","
                        "\"type\":\"talent.ParameterSet.v1\",\"effectivefrom\":\"{}\",\"data\":{{"
                        "\"payload\":{{\"name\":\"{}\",\"value\":{}}}}}}}",
                        id.text(),
                        (*opened)->zone().civil_date((*opened)->head().recorded_at).text(),
                        "lapse_days", 90 + i % 2),
            actor);
        if (command) (*opened)->registrar().submit(*std::move(command), [](const auto&) {});
    }
    raise(SIGKILL);
    return 1;
}

}  // namespace tools
