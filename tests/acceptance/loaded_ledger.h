// A demonstration ledger in a temporary folder, with its views, and what was said to commands.
#pragma once

#include <boost/json/fwd.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/json/command_reader.h"
#include "ledger/ledger.h"
#include "ledger/registrar.h"
#include "projections/views.h"

namespace acceptance {

/// Removed with everything in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class LoadedLedger {
public:
    LoadedLedger();

    /// `recorded`, `replayed`, or the code of the refusal.
    std::string record(const std::string& json, const events::Actor& actor);
    /// Hands the command over without waiting; `settle` waits for all answers. Outcomes that
    /// differ from what was expected are kept with their command.
    void submit(const std::string& json, const events::Actor& actor, const std::string& expected);
    void settle();
    struct Surprise {
        std::string expected, happened, what, json;
    };
    const std::vector<Surprise>& surprises() const { return surprises_; }
    const std::map<std::string, std::uint64_t>& refused() const { return refused_; }
    /// Warnings that came with what `submit` recorded, by code.
    const std::map<std::string, std::uint64_t>& warned() const { return warned_; }

    ledger::Ledger& ledger() { return *ledger_; }
    projections::Views& views() { return *views_; }
    /// Folds everything into the views; fails the test if that fails.
    void catch_up();
    /// The answer to a question as JSON; fails the test on a refusal.
    boost::json::object ask(const std::string& view, const std::string& subject,
                            const std::map<std::string, std::string>& parameters);
    /// The bytes of all events.
    std::vector<std::string> log() const;
    /// The first day after the newest event.
    events::Date next_day() const;

private:
    TemporaryFolder folder_;
    base::SystemClock clock_;
    base::SystemRandom random_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<projections::Views> views_;
    std::unique_ptr<events::CommandReader> reader_;
    std::vector<Surprise> surprises_;
    std::map<std::string, std::uint64_t> refused_, warned_;
    struct Pending;
    std::shared_ptr<Pending> pending_;
};

}  // namespace acceptance
