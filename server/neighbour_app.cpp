#include "server/neighbour_app.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "events/base/log.h"
#include "server/finishing.h"
#include "server/limits.h"
#include "server/listener.h"
#include "server/neighbours.h"
#include "server/problem.h"
#include "server/process_figures.h"
#include "server/rate_limiter.h"
#include "server/workers.h"

namespace server {
namespace {

/// Answers counted by what was asked for and how that went.
class Tally {
public:
    void add(std::string_view what, int status) {
        const std::lock_guard lock(guard_);
        ++counts_[{std::string(what), status}];
    }
    std::string page(std::size_t connections) const {
        std::string out = "# TYPE ledger_http_requests_total counter\n";
        {
            const std::lock_guard lock(guard_);
            for (const auto& [key, count] : counts_)
                out += fmt::format("ledger_http_requests_total{{route=\"{}\",code=\"{}\"}} {}\n",
                                   key.first, key.second, count);
        }
        out += fmt::format("# TYPE ledger_http_connections gauge\nledger_http_connections {}\n",
                           connections);
        for (const ProcessFigure& each : process_figures())
            out += fmt::format("# TYPE {0} {1}\n{0} {2}\n", each.name,
                               each.counts ? "counter" : "gauge", each.value);
        return out;
    }

private:
    mutable std::mutex guard_;
    std::map<std::pair<std::string, int>, std::uint64_t> counts_;
};

/// The neighbours behind their port.
class NeighbourHost final : public Host {
public:
    NeighbourHost(const Settings& settings, const base::Clock& clock, Neighbours& neighbours,
                  Workers& workers)
        : settings_(settings),
          clock_(clock),
          neighbours_(neighbours),
          workers_(workers),
          rates_(clock, settings.bounds.requests_per_minute) {}

    const base::Clock& clock() const override { return clock_; }
    const Bounds& bounds() const override { return settings_.bounds; }
    void connections(std::size_t open) override { open_ = open; }
    void drain() { draining_ = true; }

    awaitable<base::Result<void>> answer(Connection& connection, const Request& request) override {
        auto answered = co_await answer_of(connection, request);
        if (!answered && answered.error().code == "E_CLOSED") co_return answered.error();
        Response response = answered ? *std::move(answered)
                                     : problem(events::CodeLists::built_in(), request,
                                               answered.error());
        finish_answer(request, response);
        tally_.add(request.segments.empty() ? "" : known(request.segments[0]), response.status);
        co_return co_await connection.write(response);
    }

    awaitable<base::Result<void>> refuse(Connection& connection, const Request& unread,
                                         const base::Error& why) override {
        const Response refused = problem(events::CodeLists::built_in(), unread, why);
        tally_.add("none", refused.status);
        co_return co_await connection.write(refused);
    }

private:
    /// What is counted is bounded, whatever is asked for.
    std::string_view known(std::string_view first) const {
        for (const char* each : {"witness", "mirror", "livez", "healthz", "readyz", "metrics"})
            if (first == each) return first;
        return "none";
    }

    awaitable<base::Result<Response>> answer_of(Connection& connection, const Request& request) {
        const std::string first = request.segments.empty() ? "" : request.segments[0];
        if (first == "livez" || first == "healthz") co_return words(200, "ok");
        if (first == "readyz")
            co_return draining_ ? words(503, "not ready: going down") : words(200, "ready");
        if (first == "metrics")
            co_return Response::of(200, "text/plain; version=0.0.4; charset=utf-8",
                                   tally_.page(open_));
        if (rates_.bounded() && !rates_.take(request.peer).allowed)
            co_return words(429, "this address has asked more often than it may");
        co_return co_await neighbours_.answer(request, connection, workers_);
    }

    const Settings& settings_;
    const base::Clock& clock_;
    Neighbours& neighbours_;
    Workers& workers_;
    RateLimiter rates_;
    Tally tally_;
    std::atomic<std::size_t> open_{0};
    std::atomic<bool> draining_{false};
};

}  // namespace

struct NeighbourApp::State {
    State(const Settings& given, const base::Clock& clock, std::unique_ptr<Neighbours> opened,
          std::string prefix)
        : settings(given),
          neighbours(std::move(opened)),
          workers(limits::workers, limits::reads_queued_max),
          host(settings, clock, *neighbours, workers),
          io(static_cast<int>(given.threads)),
          work(io.get_executor()),
          listener(io, host, tasks, std::move(prefix)) {}

    const Settings settings;
    const std::unique_ptr<Neighbours> neighbours;
    Workers workers;
    NeighbourHost host;
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    TaskGroup tasks;
    Listener listener;
    std::vector<std::thread> threads;
    bool drained = false;
};

NeighbourApp::NeighbourApp(std::unique_ptr<State> state) : state_(std::move(state)) {}

NeighbourApp::~NeighbourApp() {
    drain();
}

base::Result<std::unique_ptr<NeighbourApp>> NeighbourApp::start(const Settings& settings,
                                                                const base::Clock& clock,
                                                                base::Random& random) {
    auto neighbours = Neighbours::open(settings, clock, random);
    if (!neighbours) return neighbours.error();
    const auto prefix = random.bytes<8>();
    auto state = std::make_unique<State>(settings, clock, *std::move(neighbours),
                                         events::hex(prefix.data(), prefix.size()));
    if (auto opened = state->listener.open(settings.address, settings.port); !opened)
        return opened.error();
    for (std::size_t i = 0; i < settings.threads; ++i)
        state->threads.emplace_back([running = state.get()] { running->io.run(); });
    return std::unique_ptr<NeighbourApp>(new NeighbourApp(std::move(state)));
}

std::uint16_t NeighbourApp::port() const {
    return state_->listener.port();
}

std::string NeighbourApp::address() const {
    return address_of(state_->settings.address, port());
}

void NeighbourApp::drain() {
    State& state = *state_;
    if (std::exchange(state.drained, true)) return;
    base::log(base::LogLevel::info, "draining");
    state.host.drain();
    state.listener.stop_accepting();
    state.listener.close_idle();
    const auto grace = ms_of(state.settings.bounds.drain_grace_ms);
    if (!state.tasks.wait_empty(grace)) {
        state.listener.abort_all();
        state.tasks.wait_empty(grace);
    }
    state.workers.stop();
    state.work.reset();
    state.io.stop();
    for (auto& thread : state.threads) thread.join();
    base::log(base::LogLevel::info, "stopped");
}

std::string address_of(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

}  // namespace server
