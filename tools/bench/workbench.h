// A ledger and a raw RocksDB beside each other in a temporary folder, filled with the same events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "events/command.h"
#include "events/json/command_reader.h"
#include "ledger/ledger.h"
#include "ledger/registrar.h"
#include "ledger/storage/raw_baseline.h"
#include "tools/bench/report.h"

namespace tools {

struct BenchOptions {
    std::filesystem::path dir;  ///< a folder of our own is made below it
    double seconds = 1;         ///< of each side in each round
    int rounds = 5;
    std::uint32_t talents = 2'000;
    std::uint64_t seed = 1;
};

/// Lifetime: clock and random must outlive it. The folder is removed at the end.
class Workbench {
public:
    static base::Result<std::unique_ptr<Workbench>> make(const BenchOptions& options,
                                                         const base::Clock& clock,
                                                         base::Random& random);
    ~Workbench();

    const BenchOptions& options() const { return options_; }
    const base::Clock& clock() const { return clock_; }
    base::Random& random() { return random_; }
    const std::filesystem::path& dir() const { return dir_; }
    std::filesystem::path ledger_dir() const { return dir_ / "ledger"; }
    ledger::Ledger& ledger() { return *ledger_; }
    ledger::storage::RawBaseline& raw() { return *raw_; }

    /// Fills both: synthetic commands in batches of 1,000 through the registrar, and the event
    /// bytes they left, in the same batches, into the raw store. Both in turns and timed.
    base::Result<Finding> fill();
    /// Commands that need no new key, each of another living person.
    base::Result<std::vector<events::Command>> declarations(std::size_t count);
    /// Commands that need a new key each: registrations with sealed fields.
    base::Result<std::vector<events::Command>> registrations(std::size_t count);
    std::string declaration_json();
    const std::string& talent_actor() const { return actor_; }
    const std::vector<events::Id>& people() const { return people_; }
    /// Bytes of the log's events from a position on.
    base::Result<std::vector<std::string>> bytes_from(std::uint64_t position) const;
    /// Closes the ledger; `open_ledger` opens it again.
    void close_ledger() { ledger_.reset(); }
    base::Result<void> open_ledger(ledger::Ledger::Opening opening);
    double seconds_since(base::Clock::Instant started) const;

private:
    Workbench(const BenchOptions& options, const base::Clock& clock, base::Random& random);
    base::Result<void> read_synthetic();
    double record(std::span<std::vector<events::Command>> batches);
    base::Result<double> record_raw(std::uint64_t from);
    void find_people();
    std::string registration_json();
    base::Result<std::vector<events::Command>> read_all(std::size_t count,
                                                        const events::Actor& actor,
                                                        std::string (Workbench::*json)());

    const BenchOptions options_;
    const base::Clock& clock_;
    base::Random& random_;
    std::filesystem::path dir_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<ledger::storage::RawBaseline> raw_;
    events::CommandReader reader_;
    std::vector<std::vector<events::Command>> prepared_;  // batches
    std::vector<events::Id> people_;
    std::size_t next_person_ = 0;
    std::string actor_;
    events::Actor declarer_, registrar_;
};

}  // namespace tools
