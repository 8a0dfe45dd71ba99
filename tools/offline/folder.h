// The folder of a stopped server, read without changing it.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "ledger/ledger.h"
#include "projections/views.h"
#include "tools/cli/source.h"

namespace tools {

/// The views are folded in memory at the first question.
///
/// Lifetime: clock and random must outlive it.
/// Errors:   those of Ledger::open, Ledger and Views.
class Folder final : public Source {
public:
    static base::Result<std::unique_ptr<Folder>> open(const std::filesystem::path& dir,
                                                      const base::Clock& clock,
                                                      base::Random& random);

    base::Result<boost::json::object> view(const std::string& name, const std::string& subject,
                                           const Parameters& parameters) override;
    base::Result<void> events(const EventQuery& query, const Sink& sink) override;
    base::Result<boost::json::object> event(const std::string& name) override;
    base::Result<boost::json::object> status() override;

    const ledger::Ledger& ledger() const { return *ledger_; }
    /// Folded up to the head.
    base::Result<const projections::Views*> views();

private:
    Folder(std::unique_ptr<ledger::Ledger> ledger, const base::Clock& clock);
    base::Result<bool> hand_over(events::Position position, const EventQuery& query,
                                 const Sink& sink) const;
    base::Result<void> stream_events(const events::StreamId& stream, const EventQuery& query,
                                     const Sink& sink) const;
    std::string json_of(const events::schema::Event& event, events::Position position) const;

    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<projections::Views> views_;
    const base::Clock& clock_;
};

}  // namespace tools
