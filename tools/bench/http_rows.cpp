// Over the port: the server as a program of its own against the smallest handler there is.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>

#include "tools/bench/child.h"
#include "tools/bench/rows.h"
#include "tools/client/load.h"
#include "tools/client/server.h"

namespace tools {
namespace {

constexpr std::size_t connections = 64;
constexpr std::size_t requests_a_second = 25'000;  // more than the server answers here
constexpr std::size_t lines_in_batch = 1'000;

std::string request_text(const std::string& method, const std::string& target,
                         const std::string& actor, const std::string& body) {
    std::string out = fmt::format(
        "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n", method, target);
    if (!actor.empty()) out += "Ledger-Actor: " + actor + "\r\n";
    if (!body.empty()) {
        out += fmt::format("Content-Type: application/cloudevents+json\r\nContent-Length: {}\r\n",
                           body.size());
    }
    return out + "\r\n" + body;
}

/// The server on the bench's ledger, which is closed meanwhile.
class Serving {
public:
    explicit Serving(Workbench& bench) : bench_(bench) {}
    ~Serving() = default;
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    base::Result<void> start() {
        bench_.close_ledger();
        auto server = Child::start(
            {beside("talentd"), "--data", bench_.ledger_dir().string(), "--listen", "127.0.0.1:0"});
        if (!server) return server.error();
        server_ = *std::move(server);
        auto minimal = Child::start({beside("talentctl"), "bench", "handler"});
        if (!minimal) return minimal.error();
        minimal_ = *std::move(minimal);
        client_.emplace(Url{"127.0.0.1", std::to_string(server_->port()), {}},
                        Server::Options{bench_.talent_actor(), "en"});
        return client_->wait_for_views(1);
    }
    base::Result<void> stop() {
        client_.reset();
        server_.reset();
        minimal_.reset();
        return bench_.open_ledger(ledger::Ledger::Opening::existing);
    }
    Server& client() { return *client_; }
    base::Result<LoadResult> load(bool ours, double seconds, const NextRequest& next) {
        LoadOptions options;
        options.port = ours ? server_->port() : minimal_->port();
        options.connections = connections;
        options.seconds = seconds;
        return run_load(bench_.clock(), options, next);
    }

private:
    Workbench& bench_;
    std::unique_ptr<Child> server_, minimal_;
    std::optional<Server> client_;
};

std::vector<std::string> append_requests(Workbench& bench, std::size_t count) {
    std::vector<std::string> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(
            request_text("POST", "/v1/commands", bench.talent_actor(), bench.declaration_json()));
    }
    return out;
}

/// Both sides get the same requests in turns; each request is used once on each side.
base::Result<Finding> load_in_turns(Workbench& bench, Serving& serving, Finding found,
                                    const std::vector<std::string>& requests, bool repeatable) {
    std::size_t ours = 0, theirs = 0;
    double p99 = 0;
    const auto taking = [&](std::size_t& at) -> NextRequest {
        return [&] {
            if (at >= requests.size() && !repeatable) return std::string();
            return requests[at++ % requests.size()];
        };
    };
    for (int round = 0; round < bench.options().rounds; ++round) {
        auto minimal = serving.load(false, bench.options().seconds, taking(theirs));
        if (!minimal) return minimal.error();
        auto server = serving.load(true, bench.options().seconds, taking(ours));
        if (!server) return server.error();
        found.baseline_rounds.push_back(minimal->rate());
        found.subject_rounds.push_back(server->rate());
        p99 = std::max(p99, server->p99_ms);
        theirs = 0;
    }
    found.note = fmt::format("{} connections, worst p99 {:.1f} ms", connections, p99);
    return found;
}

template <class Work>
base::Result<Finding> while_serving(Workbench& bench, const Work& work) {
    Serving serving(bench);
    if (auto started = serving.start(); !started) return started.error();
    base::Result<Finding> found = work(serving);
    if (auto stopped = serving.stop(); !stopped) return stopped.error();
    return found;
}

}  // namespace

base::Result<Finding> bench_http_append(Workbench& bench) {
    Finding found{.work = "durable append over HTTP, 64 connections, one command each",
                  .unit = "requests/s",
                  .baseline = "minimal Beast handler, same load"};
    found.ratio_goal = 0.6;
    const double seconds = bench.options().seconds * bench.options().rounds;
    const auto requests = append_requests(
        bench, static_cast<std::size_t>(seconds * static_cast<double>(requests_a_second)));
    return while_serving(bench, [&](Serving& serving) {
        return load_in_turns(bench, serving, std::move(found), requests, false);
    });
}

base::Result<Finding> bench_http_read(Workbench& bench) {
    Finding found{.work = "one-person read over HTTP, 64 connections",
                  .unit = "requests/s",
                  .baseline = "minimal Beast handler, same load"};
    found.ratio_goal = 0.6;
    std::vector<std::string> requests;
    for (const auto& person : bench.people()) {
        requests.push_back(request_text("GET", "/v1/views/dossier/" + person.text(), {}, {}));
    }
    return while_serving(bench, [&](Serving& serving) {
        return load_in_turns(bench, serving, std::move(found), requests, true);
    });
}

base::Result<Finding> bench_http_bulk(Workbench& bench) {
    Finding found{.work = "bulk import, NDJSON over HTTP",
                  .unit = "commands/s",
                  .baseline = "raw RocksDB, batches of 1,000"};
    found.ratio_goal = 0.35;
    constexpr std::size_t batches = 10;
    std::vector<std::vector<std::string>> bodies(static_cast<std::size_t>(bench.options().rounds));
    for (auto& round : bodies) {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            std::string body;
            for (std::size_t i = 0; i < lines_in_batch; ++i)
                body += bench.declaration_json() + "\n";
            round.push_back(std::move(body));
        }
    }
    auto sample = bench.ledger().event({bench.ledger().head().size - 1});
    if (!sample) return sample.error();
    const std::string event(sample->bytes());
    sample = ledger::StoredEvent();
    const std::vector<std::string_view> raw_batch(lines_in_batch, event);
    return while_serving(bench, [&](Serving& serving) -> base::Result<Finding> {
        for (const auto& round : bodies) {
            auto started = bench.clock().now();
            for (const auto& body : round) {
                auto reply = serving.client().post(body, Server::Body::lines, false);
                if (!reply) return reply.error();
                if (!reply->good()) return serving.client().document(reply).error();
            }
            const double commands = static_cast<double>(round.size() * lines_in_batch);
            found.subject_rounds.push_back(commands / bench.seconds_since(started));
            started = bench.clock().now();
            for (std::size_t i = 0; i < round.size(); ++i) {
                if (auto written = bench.raw().write(raw_batch); !written) return written.error();
            }
            found.baseline_rounds.push_back(commands / bench.seconds_since(started));
        }
        return found;
    });
}

}  // namespace tools
