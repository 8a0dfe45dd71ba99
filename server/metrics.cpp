#include "server/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "server/process_figures.h"

namespace server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

double seconds(Metrics::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

const prometheus::Histogram::BucketBoundaries& time_buckets() {
    static const prometheus::Histogram::BucketBoundaries bounds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    return bounds;
}

MetricFamily family(std::string name, std::string help, MetricType type, double value) {
    MetricFamily made{std::move(name), std::move(help), type, {}};
    ClientMetric metric;
    if (type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    made.metric.push_back(std::move(metric));
    return made;
}

/// A figure for each view; they are folded together, so they share it.
MetricFamily family_of_views(std::string name, std::string help, double value) {
    MetricFamily made{std::move(name), std::move(help), MetricType::Gauge, {}};
    for (const std::string& view : projections::Views::names()) {
        ClientMetric metric;
        metric.label = {{"view", view}};
        metric.gauge.value = value;
        made.metric.push_back(std::move(metric));
    }
    return made;
}

/// `rocksdb.block.cache.hit` as `rocksdb_block_cache_hit_total`.
std::string store_name(std::string_view ticker) {
    std::string name;
    for (const char each : ticker) {
        const bool plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
        name += plain ? each : each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : '_';
    }
    return name + "_total";
}

/// RocksDB counts some times, in microseconds; they are not timed here and their unit is not ours.
bool is_time(std::string_view ticker) {
    return ticker.find("micros") != std::string_view::npos ||
           ticker.find("nanos") != std::string_view::npos;
}

}  // namespace

struct Metrics::State {
    State(const ledger::Ledger& given_ledger, const projections::Views& given_views,
          ViewLag& given_lag, std::filesystem::path given_dir)
        : ledger(given_ledger),
          views(given_views),
          lag(given_lag),
          dir(std::move(given_dir)),
          committed(ledger.head().size),
          counted(committed) {}

    const ledger::Ledger& ledger;
    const projections::Views& views;
    ViewLag& lag;
    const std::filesystem::path dir;
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                            .Name("ledger_http_requests_total")
                                                            .Help("Answers given.")
                                                            .Register(registry);
    prometheus::Family<prometheus::Histogram>& request_times =
        prometheus::BuildHistogram()
            .Name("ledger_http_request_duration_seconds")
            .Help("From the request's head to its answer.")
            .Register(registry);
    prometheus::Histogram& append_times = prometheus::BuildHistogram()
                                              .Name("ledger_append_duration_seconds")
                                              .Help("From hand-over to the durable receipt.")
                                              .Register(registry)
                                              .Add({}, time_buckets());
    prometheus::Histogram& block_sizes =
        prometheus::BuildHistogram()
            .Name("ledger_commit_batch_events")
            .Help("Events made durable together.")
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
                                                             1024, 2048, 4096});
    prometheus::Family<prometheus::Counter>& appended_types =
        prometheus::BuildCounter()
            .Name("ledger_events_appended_total")
            .Help("Events recorded since the start.")
            .Register(registry);
    prometheus::Gauge& connections = prometheus::BuildGauge()
                                         .Name("ledger_http_connections")
                                         .Help("Open connections.")
                                         .Register(registry)
                                         .Add({});
    prometheus::Gauge& subscribers = prometheus::BuildGauge()
                                         .Name("ledger_subscribers")
                                         .Help("Readers of the event stream.")
                                         .Register(registry)
                                         .Add({});
    prometheus::Gauge& subscriber_lag =
        prometheus::BuildGauge()
            .Name("ledger_subscription_lag_events")
            .Help("Distance of the event stream last served from the head.")
            .Register(registry)
            .Add({});
    prometheus::Counter& view_errors = prometheus::BuildCounter()
                                           .Name("ledger_view_errors_total")
                                           .Help("Failed catch-ups.")
                                           .Register(registry)
                                           .Add({});

    prometheus::Family<prometheus::Counter>& duties =
        prometheus::BuildCounter()
            .Name("ledger_duties_total")
            .Help("What the system recorded by itself because its day had come.")
            .Register(registry);

    prometheus::Gauge& published = prometheus::BuildGauge()
                                       .Name("ledger_checkpoint_position")
                                       .Help("Events under the newest published checkpoint.")
                                       .Register(registry)
                                       .Add({});
    prometheus::Family<prometheus::Counter>& witnesses =
        prometheus::BuildCounter()
            .Name("ledger_witness_requests_total")
            .Help("Requests for cosignatures, by what came of them.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& mirrors =
        prometheus::BuildCounter()
            .Name("ledger_mirror_rounds_total")
            .Help("Attempts to bring a mirror up to date, by what came of them.")
            .Register(registry);
    prometheus::Gauge& cosignatures = prometheus::BuildGauge()
                                          .Name("ledger_checkpoint_cosignatures")
                                          .Help("Cosignatures of the newest signed checkpoint.")
                                          .Register(registry)
                                          .Add({});
    prometheus::Gauge& quorum = prometheus::BuildGauge()
                                    .Name("ledger_checkpoint_quorum")
                                    .Help("Whether its cosignatures are enough for the policy.")
                                    .Register(registry)
                                    .Add({});
    prometheus::Gauge& open = prometheus::BuildGauge()
                                  .Name("ledger_checkpoint_failed_open")
                                  .Help("Whether it was published without enough of them.")
                                  .Register(registry)
                                  .Add({});
    prometheus::Counter& opened = prometheus::BuildCounter()
                                      .Name("ledger_checkpoints_failed_open_total")
                                      .Help("Checkpoints published without enough cosignatures.")
                                      .Register(registry)
                                      .Add({});
    prometheus::Gauge& stopped = prometheus::BuildGauge()
                                     .Name("ledger_signing_stopped")
                                     .Help("Whether signing has stopped for good.")
                                     .Register(registry)
                                     .Add({});

    prometheus::Gauge& recorded = prometheus::BuildGauge()
                                      .Name("ledger_recorded_position")
                                      .Help("Events under the newest recorded checkpoint.")
                                      .Register(registry)
                                      .Add({});

    std::uint64_t committed;  ///< size of the log after the last commit; the committer's own
    std::mutex scraping;
    std::uint64_t counted;  ///< position up to which appended events are counted

    void count_appended();
    std::vector<MetricFamily> observed() const;
    MetricFamily sync_times(const ledger::Ledger::Figures& figures) const;
};

Metrics::Metrics(const ledger::Ledger& ledger, const projections::Views& views, ViewLag& lag,
                 std::filesystem::path data_dir)
    : state_(std::make_unique<State>(ledger, views, lag, std::move(data_dir))) {}

Metrics::~Metrics() = default;

void Metrics::appended(Duration took) {
    state_->append_times.Observe(seconds(took));
}

void Metrics::committed(std::uint64_t size) {
    state_->block_sizes.Observe(static_cast<double>(size - state_->committed));
    state_->committed = size;
}

void Metrics::answered(std::string_view route, std::string_view method, int status, Duration took) {
    state_->requests
        .Add({{"route", std::string(route)},
              {"method", std::string(method)},
              {"code", std::to_string(status)}})
        .Increment();
    state_->request_times.Add({{"route", std::string(route)}}, time_buckets())
        .Observe(seconds(took));
}

void Metrics::connections(std::size_t open) {
    state_->connections.Set(static_cast<double>(open));
}
void Metrics::subscribers(std::size_t open) {
    state_->subscribers.Set(static_cast<double>(open));
}
void Metrics::subscriber_lag(std::uint64_t events) {
    state_->subscriber_lag.Set(static_cast<double>(events));
}
void Metrics::view_failed() {
    state_->view_errors.Increment();
}
void Metrics::published(std::uint64_t size) {
    state_->published.Set(static_cast<double>(size));
}

void Metrics::recorded(std::uint64_t size) {
    state_->recorded.Set(static_cast<double>(size));
}

void Metrics::witness_asked(std::string_view result) {
    state_->witnesses.Add({{"result", std::string(result)}}).Increment();
}
void Metrics::mirrored(std::string_view result) {
    state_->mirrors.Add({{"result", std::string(result)}}).Increment();
}
void Metrics::cosigned(std::size_t lines, bool quorum, bool open) {
    state_->cosignatures.Set(static_cast<double>(lines));
    state_->quorum.Set(quorum ? 1 : 0);
    state_->open.Set(open ? 1 : 0);
    if (open) state_->opened.Increment();
}
void Metrics::signing_stopped() {
    state_->stopped.Set(1);
}
void Metrics::duty(std::string_view result) {
    state_->duties.Add({{"result", std::string(result)}}).Increment();
}

/// The types of what was recorded since the last scrape.
void Metrics::State::count_appended() {
    const std::uint64_t head = ledger.head().size;
    std::map<events::schema::Payload, double> counts;
    auto scan = ledger.scan({counted}, {head});
    for (auto more = scan.next(); more && *more; more = scan.next())
        ++counts[scan.event().payload_type()];
    for (const auto& [type, count] : counts)
        appended_types.Add({{"type", events::schema::EnumNamePayload(type)}}).Increment(count);
    counted = head;
}

/// fdatasync is timed by the ledger, which keeps only sum and count.
MetricFamily Metrics::State::sync_times(const ledger::Ledger::Figures& figures) const {
    MetricFamily made{"ledger_fsync_duration_seconds",
                      "Time spent making blocks durable.",
                      MetricType::Summary,
                      {}};
    ClientMetric metric;
    metric.summary.sample_count = figures.commits;
    metric.summary.sample_sum = figures.fsync_seconds_total;
    made.metric.push_back(std::move(metric));
    return made;
}

std::vector<MetricFamily> Metrics::State::observed() const {
    const auto head = static_cast<double>(ledger.head().size);
    const auto folded = static_cast<double>(views.position());
    const auto figures = ledger.figures();
    struct statvfs disk {};
    statvfs(dir.c_str(), &disk);
    const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
    constexpr auto counter = MetricType::Counter;
    constexpr auto gauge = MetricType::Gauge;
    std::vector<MetricFamily> all{
        family("ledger_head_position", "Events in the log.", gauge, head),
        family_of_views("ledger_view_position", "Events folded into the view.", folded),
        family_of_views("ledger_view_lag_events", "Events not yet folded.",
                        std::max(0.0, head - folded)),
        family_of_views("ledger_view_lag_seconds", "Age of the oldest commit not yet folded.",
                        seconds(lag.at(views.position()))),
        family("ledger_commits_total", "Blocks made durable.", counter, number(figures.commits)),
        family("ledger_commands_total", "Commands recorded.", counter, number(figures.commands)),
        family("ledger_commands_refused_total", "Commands refused.", counter,
               number(figures.refused)),
        family("ledger_commands_replayed_total", "Retries answered from the log.", counter,
               number(figures.replayed)),
        family("ledger_commands_queued", "Commands that wait.", gauge, number(figures.queued)),
        family("ledger_disk_bytes", "Bytes of the store.", gauge, number(figures.disk_bytes)),
        family("ledger_disk_free_bytes", "Bytes free for the store.", gauge,
               static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize)),
        sync_times(figures)};
    MetricFamily build = family("ledger_build_info", "What is running.", gauge, 1);
    build.metric.front().label = {{"version", "0.1.0"}, {"schema", "1"}};
    all.push_back(std::move(build));
    for (const auto& [ticker, count] : figures.store)
        if (!is_time(ticker))
            all.push_back(
                family(store_name(ticker), "RocksDB's " + ticker + ".", counter, number(count)));
    for (const ProcessFigure& each : process_figures())
        all.push_back(family(each.name, each.help, each.counts ? counter : gauge, each.value));
    return all;
}

std::string Metrics::page() {
    const std::lock_guard lock(state_->scraping);
    state_->count_appended();
    std::vector<MetricFamily> all = state_->registry.Collect();
    for (MetricFamily& each : state_->observed()) all.push_back(std::move(each));
    return prometheus::TextSerializer().Serialize(all);
}

}  // namespace server
