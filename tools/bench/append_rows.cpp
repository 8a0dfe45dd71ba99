// Durable append: one caller, many callers, with and without a new key.
#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "ledger/sealing.h"
#include "tools/bench/pairs.h"
#include "tools/bench/rows.h"

namespace tools {
namespace {

/// More than any disk here syncs in a second, for one caller at a time.
constexpr std::size_t single_commands = 12'000;
constexpr std::size_t grouped_commands = 80'000;

/// A raw store behind a queue and one writer thread: whoever waits is written with one sync.
class RawQueue {
public:
    explicit RawQueue(ledger::storage::RawBaseline& raw)
        : raw_(raw), writer_([this] { write(); }) {}
    ~RawQueue() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_one();
        writer_.join();
    }
    RawQueue(const RawQueue&) = delete;
    RawQueue& operator=(const RawQueue&) = delete;

    void append(std::string_view event) {
        std::promise<void> durable;
        auto waiting = durable.get_future();
        {
            const std::lock_guard lock(mutex_);
            queue_.push_back({event, std::move(durable)});
        }
        changed_.notify_one();
        waiting.wait();
    }

private:
    struct Asked {
        std::string_view event;
        std::promise<void> durable;
    };

    void write() {
        for (;;) {
            std::deque<Asked> group;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
                if (queue_.empty()) return;
                group.swap(queue_);
            }
            std::vector<std::string_view> events;
            for (const auto& asked : group) events.push_back(asked.event);
            const auto written = raw_.write(events);
            ENSURE(written, "the raw store takes what the ledger takes");
            for (auto& asked : group) asked.durable.set_value();
        }
    }

    ledger::storage::RawBaseline& raw_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Asked> queue_;
    bool stop_ = false;
    std::thread writer_;
};

/// Runs `work(index)` on so many threads until the time is over or all is done; items per second.
double run_threads(Workbench& bench, std::size_t threads, std::size_t items,
                   const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0}, done{0};
    const double limit = bench.options().seconds;
    const auto started = bench.clock().now();
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&] {
            while (bench.seconds_since(started) < limit) {
                const std::size_t index = next.fetch_add(1);
                if (index >= items) return;
                work(index);
                done.fetch_add(1, std::memory_order_relaxed);
            }
        });
    }
    for (auto& thread : running) thread.join();
    return static_cast<double>(done) / bench.seconds_since(started);
}

/// The first refusal of a run; a bench whose commands are refused measures nothing.
class FirstRefusal {
public:
    void note(const base::Result<ledger::Receipt>& receipt) {
        if (receipt) return;
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = receipt.error();
    }
    const std::optional<base::Error>& error() const { return error_; }

private:
    std::mutex mutex_;
    std::optional<base::Error> error_;
};

std::string_view some_event(Workbench& bench, std::string& keep) {
    const auto size = bench.ledger().head().size;
    auto stored = bench.ledger().event({size - 1});
    if (stored) keep = std::string(stored->bytes());
    return keep;
}

}  // namespace

base::Result<Finding> bench_single_append(Workbench& bench) {
    Finding found{.work = "durable append, one caller, in process",
                  .unit = "commands/s",
                  .baseline = "pairs of parallel 4 KiB fdatasyncs"};
    found.ratio_least = 0.8;
    found.ratio_goal = 0.9;
    auto pairs = SyncPairs::open(bench.dir());
    if (!pairs) return pairs.error();
    for (int round = 0; round < bench.options().rounds; ++round) {
        auto commands = bench.declarations(single_commands);
        if (!commands) return commands.error();
        found.baseline_rounds.push_back((*pairs)->run(bench.clock(), bench.options().seconds));
        FirstRefusal refusal;
        found.subject_rounds.push_back(run_threads(bench, 1, commands->size(), [&](std::size_t i) {
            refusal.note(bench.ledger().registrar().record(std::move((*commands)[i])));
        }));
        if (refusal.error()) return *refusal.error();
    }
    return found;
}

base::Result<Finding> bench_waiting_callers(Workbench& bench, std::size_t callers) {
    Finding found{.work = fmt::format("durable append, {} waiting callers, in process", callers),
                  .unit = "commands/s",
                  .baseline = "raw RocksDB, same callers, one sync per group"};
    found.ratio_least = 0.35;
    found.ratio_goal = 0.6;
    for (int round = 0; round < bench.options().rounds; ++round) {
        auto commands = bench.declarations(grouped_commands);
        if (!commands) return commands.error();
        FirstRefusal refusal;
        found.subject_rounds.push_back(
            run_threads(bench, callers, commands->size(), [&](std::size_t i) {
                refusal.note(bench.ledger().registrar().record(std::move((*commands)[i])));
            }));
        if (refusal.error()) return *refusal.error();
        std::string keep;
        const auto event = some_event(bench, keep);
        RawQueue queue(bench.raw());
        found.baseline_rounds.push_back(run_threads(bench, callers, 10 * grouped_commands,
                                                    [&](std::size_t) { queue.append(event); }));
    }
    return found;
}

base::Result<Finding> bench_registration(Workbench& bench) {
    Finding found{.work = "durable append, one caller, each with new keys in the vault",
                  .unit = "commands/s",
                  .baseline = "pairs of parallel 4 KiB fdatasyncs"};
    found.note = "the vault is synced before the log, so one half is the most there is";
    auto pairs = SyncPairs::open(bench.dir());
    if (!pairs) return pairs.error();
    for (int round = 0; round < bench.options().rounds; ++round) {
        auto commands = bench.registrations(single_commands / 4);
        if (!commands) return commands.error();
        found.baseline_rounds.push_back((*pairs)->run(bench.clock(), bench.options().seconds));
        FirstRefusal refusal;
        found.subject_rounds.push_back(run_threads(bench, 1, commands->size(), [&](std::size_t i) {
            refusal.note(bench.ledger().registrar().record(std::move((*commands)[i])));
        }));
        if (refusal.error()) return *refusal.error();
    }
    return found;
}

base::Result<Finding> bench_sealing(Workbench& bench) {
    Finding found{
        .work = "sealing personal fields, per sealed group", .unit = "µs", .baseline = {}};
    found.most = 3;
    const std::vector<events::PersonalField> fields = {
        {"doc.number", events::PersonalClass::IDENTITY, "\"510100199003074213\""},
        {"name.zh", events::PersonalClass::IDENTITY, "\"王小明\""},
        {"birth_date", events::PersonalClass::IDENTITY, "\"1990-03-07\""}};
    std::vector<const events::PersonalField*> pointers;
    for (const auto& field : fields) pointers.push_back(&field);
    ledger::DataKey key;
    key.id.bytes = bench.random().bytes<16>();
    key.derived = ledger::derive_key(bench.random().bytes<32>());
    const ledger::SealedPlace place{bench.ledger().info().id, key.id, 1, 1};
    for (int round = 0; round < bench.options().rounds; ++round) {
        const auto started = bench.clock().now();
        constexpr int count = 20'000;
        for (int i = 0; i < count; ++i) {
            const auto sealed = ledger::seal_record(place, key.id, events::PersonalClass::IDENTITY,
                                                    pointers, std::nullopt, key, bench.random());
            ENSURE(!sealed.blob.empty(), "sealing always gives a blob");
        }
        found.subject_rounds.push_back(bench.seconds_since(started) * 1e6 / count);
    }
    return found;
}

}  // namespace tools
