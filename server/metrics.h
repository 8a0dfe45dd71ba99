// Figures for operators, in the Prometheus text format.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/ledger.h"
#include "projections/views.h"
#include "server/view_lag.h"

namespace server {

/// Names are those of interfaces.md 2.3. Labels never carry ids, names or free text.
///
/// Threads:  any.
/// Lifetime: ledger, views and lag must outlive it.
class Metrics {
public:
    using Duration = std::chrono::steady_clock::duration;

    Metrics(const ledger::Ledger& ledger, const projections::Views& views, ViewLag& lag,
            std::filesystem::path data_dir);
    ~Metrics();

    void appended(Duration took);
    /// The log has grown to `size`. Called by the committer alone.
    void committed(std::uint64_t size);
    void answered(std::string_view route, std::string_view method, int status, Duration took);
    void connections(std::size_t open);
    void subscribers(std::size_t open);
    void subscriber_lag(std::uint64_t events);
    void view_failed();
    /// A checkpoint over so many events was published.
    void published(std::uint64_t size);
    /// Proof events over so many events were recorded.
    void recorded(std::uint64_t size);
    /// What came of asking a witness: `cosigned`, `unreachable` ...
    void witness_asked(std::string_view result);
    /// What came of bringing a mirror up to date: `brought_up`, `failed`.
    void mirrored(std::string_view result);
    /// What became of a round of cosignatures: so many, and whether they were enough. `open`: the
    /// checkpoint was published without enough of them.
    void cosigned(std::size_t lines, bool quorum, bool open);
    /// Nothing is signed any more.
    void signing_stopped();
    /// What became of something that was due: `recorded`, `refused` ...
    void duty(std::string_view result);

    /// The page as scraped. Reads the log from the last scrape to the head, so it may block.
    std::string page();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace server
