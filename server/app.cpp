#include "server/app.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "events/base/log.h"
#include "ledger/completeness.h"
#include "ledger/durable_file.h"
#include "ledger/registrar.h"
#include "server/checkpointer.h"
#include "server/day_gate.h"
#include "server/duty_runner.h"
#include "server/ledger_host.h"
#include "server/ledger_log.h"
#include "server/limits.h"
#include "server/listener.h"
#include "server/mirror_feed.h"
#include "server/neighbour_app.h"
#include "server/neighbours.h"
#include "server/proof_events.h"
#include "server/rate_limiter.h"
#include "server/services.h"
#include "server/view_lag.h"
#include "server/views_runner.h"
#include "server/witness_panel.h"

namespace server {

events::Instant Services::now() const {
    if (ledger.info().kind == events::schema::LedgerKind::DEMO) return ledger.head().recorded_at;
    return {clock.wall_micros()};
}

namespace {

/// Who cosigns and mirrors our log, and whose logs we cosign and mirror.
struct Others {
    std::string policy_text;
    proof::Policy policy;
    WitnessPanel::Ways ways;
    MirrorFeed::Ways mirrors;
    std::unique_ptr<Neighbours> neighbours;

    static base::Result<Others> of(const Settings& settings, const ledger::Ledger& ledger,
                                   const ledger::Notary& notary, const base::Clock& clock,
                                   base::Random& random) {
        Others out;
        if (!settings.policy.empty()) {
            out.policy_text = ledger::read_file(settings.policy);
            if (out.policy_text.empty()) {
                return base::Error{base::Fault::invalid, "E_POLICY",
                                   fmt::format("{} cannot be read", settings.policy.string())};
            }
        }
        auto policy = proof::Policy::parse(LedgerLog(ledger, notary, out.policy_text).policy());
        if (!policy) return policy.error();
        auto ways = WitnessPanel::ways_to(*policy);
        if (!ways) return ways.error();
        auto neighbours = Neighbours::open(settings, clock, random);
        if (!neighbours) return neighbours.error();
        for (const auto& url : settings.mirror_to) {
            auto way = Outgoing::to(url);
            if (!way) return way.error();
            out.mirrors.push_back(*std::move(way));
        }
        out.policy = *std::move(policy);
        out.ways = *std::move(ways);
        out.neighbours = *std::move(neighbours);
        return out;
    }
};

std::optional<std::chrono::milliseconds> fail_open(const Settings& settings) {
    if (!settings.fail_open) return std::nullopt;
    return ms_of(settings.bounds.fail_open_ms);
}

}  // namespace

/// Members in the order in which they are needed; they go in the opposite order.
struct App::State {
    State(const Settings& given, const base::Clock& machine, std::string prefix,
          std::unique_ptr<ledger::Ledger> opened, std::unique_ptr<ledger::Notary> signing,
          std::unique_ptr<projections::Views> folded, Others others)
        : settings(given),
          neighbours(std::move(others.neighbours)),
          ledger(std::move(opened)),
          notary(std::move(signing)),
          views(std::move(folded)),
          lag(machine, ledger->head().size),
          rates(machine, given.bounds.requests_per_minute),
          metrics(*ledger, *views, lag, given.data),
          appends(ledger->registrar(), machine, metrics),
          workers(limits::workers, limits::reads_queued_max),
          duties({*ledger, *views, appends, workers, metrics, views_grew, standing, machine}),
          gate(*ledger, duties),
          log(*ledger, *notary, std::move(others.policy_text)),
          panel(std::move(others.policy), std::move(others.ways),
                {*ledger, metrics, machine, ms_of(settings.bounds.witness_time_ms)}),
          checkpointer({*ledger, *notary, workers, metrics, log_grew, published, standing, machine,
                        panel, ms_of(settings.bounds.witness_time_ms), fail_open(settings)}),
          completeness(*ledger),
          proof_events({*ledger, *notary, *views, appends, workers, metrics, standing, machine}),
          feed(std::move(others.mirrors),
               {*ledger, *notary, panel, workers, metrics, published, machine}),
          services{*ledger,    *views,   appends, workers,      metrics,      log_grew,
                   views_grew, standing, machine, duties,       settings,     rates,
                   lag,        *notary,  log,     checkpointer, completeness, *neighbours},
          host(services),
          io(static_cast<int>(given.threads)),
          work(io.get_executor()),
          listener(io, host, tasks, std::move(prefix)) {}

    const Settings settings;
    std::unique_ptr<Neighbours> neighbours;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<ledger::Notary> notary;
    std::unique_ptr<projections::Views> views;
    Standing standing;
    Bell log_grew, views_grew, published;
    ViewLag lag;
    RateLimiter rates;
    Metrics metrics;
    AppendQueue appends;
    Workers workers;
    DutyRunner duties;
    DayGate gate;
    LedgerLog log;
    WitnessPanel panel;
    Checkpointer checkpointer;
    ledger::Completeness completeness;
    ProofEvents proof_events;
    MirrorFeed feed;
    Services services;
    LedgerHost host;
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    TaskGroup tasks;
    Listener listener;
    std::shared_ptr<void> commit_observer;
    std::unique_ptr<ViewsRunner> runner;
    std::vector<std::thread> threads;
    bool drained = false;

    void serve() {
        for (std::size_t i = 0; i < settings.threads; ++i)
            threads.emplace_back([this] { io.run(); });
    }
    void start_duties();
    void stop_talking();
};

namespace {

void log_opened(const ledger::Ledger& ledger) {
    const bool demo = ledger.info().kind == events::schema::LedgerKind::DEMO;
    base::log(base::LogLevel::info, "{} ledger {} opened, {} events",
              demo ? "demonstration" : "real", ledger.info().id.text(), ledger.head().size);
    if (!ledger.recovery().clean)
        base::log(base::LogLevel::warning, "recovery: {}", ledger.recovery().what);
}

}  // namespace

App::App(std::unique_ptr<State> state) : state_(std::move(state)) {}

App::~App() {
    drain();
}

base::Result<std::unique_ptr<App>> App::start(const Settings& settings, const base::Clock& clock,
                                              base::Random& random) {
    const auto prefix = random.bytes<8>();
    ledger::Ledger::Options options;
    options.dir = settings.data;
    options.opening = settings.opening;
    auto ledger = ledger::Ledger::open(std::move(options), clock, random);
    if (!ledger) return ledger.error();
    log_opened(**ledger);
    const auto signing = settings.signing.empty() ? settings.data / "signing" : settings.signing;
    auto notary = ledger::Notary::open(**ledger, signing, random);
    if (!notary) return notary.error();
    auto others = Others::of(settings, **ledger, **notary, clock, random);
    if (!others) return others.error();
    auto views = projections::Views::open(settings.data / "views", **ledger);
    if (!views) return views.error();

    auto state = std::make_unique<State>(settings, clock, events::hex(prefix.data(), prefix.size()),
                                         std::move(*ledger), std::move(*notary), std::move(*views),
                                         std::move(*others));
    State& running = *state;
    if (auto first = running.checkpointer.begin(); !first) {
        running.ledger->registrar().stop();
        return first.error();
    }
    const auto opened = running.listener.open(settings.address, settings.port);
    if (!opened) {
        running.ledger->registrar().stop();
        return opened.error();
    }
    running.commit_observer = running.ledger->on_commit([&running](const ledger::Head& head) {
        running.lag.committed(head.size);
        running.metrics.committed(head.size);
        running.log_grew.ring();
    });
    running.runner = std::make_unique<ViewsRunner>(
        *running.ledger, *running.views, running.views_grew, running.metrics, running.standing);
    running.start_duties();
    running.tasks.spawn("checkpoints", asio::make_strand(running.io), running.checkpointer.keep());
    running.tasks.spawn("proof events", asio::make_strand(running.io), running.proof_events.keep());
    running.panel.start(running.tasks, running.io);
    running.feed.start(running.tasks, running.io);
    running.serve();
    return std::unique_ptr<App>(new App(std::move(state)));
}

std::uint16_t App::port() const {
    return state_->listener.port();
}

std::string App::address() const {
    return address_of(state_->settings.address, port());
}

bool App::ready() const {
    return state_->standing.ready;
}

bool App::wait_ready(std::chrono::milliseconds timeout) const {
    const base::Clock& clock = state_->services.clock;
    for (const auto deadline = clock.now() + timeout; !ready();) {
        if (clock.now() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

Services& App::services() {
    return state_->services;
}

/// A demonstration's day turns with what is loaded, a real one's by the clock on the wall.
void App::State::start_duties() {
    if (ledger->info().kind == events::schema::LedgerKind::DEMO)
        appends.go_through(gate);
    else
        tasks.spawn("duties", asio::make_strand(io), duties.keep());
}

/// Lets every conversation come to its end, gently and then firmly.
void App::State::stop_talking() {
    listener.stop_accepting();
    duties.stop();
    checkpointer.stop();
    proof_events.stop();
    panel.stop();
    feed.stop();
    log_grew.ring();
    views_grew.ring();
    listener.close_idle();
    const auto grace = ms_of(settings.bounds.drain_grace_ms);
    if (tasks.wait_empty(grace)) return;
    base::log(base::LogLevel::warning, "{} conversations did not end in time", tasks.size());
    listener.abort_all();
    if (!tasks.wait_empty(grace))
        base::log(base::LogLevel::error, "{} conversations cannot be ended", tasks.size());
}

void App::drain() {
    State& state = *state_;
    if (std::exchange(state.drained, true)) return;
    state.standing.draining = true;
    base::log(base::LogLevel::info, "draining");
    state.stop_talking();
    state.ledger->registrar().stop();
    // What was accepted last is signed too, so that a copy of today is known as such.
    if (!state.checkpointer.end())
        base::log(base::LogLevel::error, "the last checkpoint was not published");
    state.runner->stop();
    state.workers.stop();
    state.work.reset();
    state.io.stop();
    for (auto& thread : state.threads) thread.join();
    state.commit_observer.reset();
    base::log(base::LogLevel::info, "stopped at {} events", state.ledger->head().size);
}

}  // namespace server
