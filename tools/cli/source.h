// Where answers come from: a server over its port, or the folder of a stopped one.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"

namespace tools {

struct EventQuery {
    std::uint64_t from = 0;
    std::optional<std::uint64_t> upto;  ///< before this position
    std::optional<std::uint64_t> limit;
    std::string type;    ///< `AffiliationStarted`; empty: all
    std::string stream;  ///< `talent/0198c6…`; empty: all
};

/// Both kinds answer with the same JSON.
///
/// Threads: one thread at a time.
class Source {
public:
    /// Takes one event as CloudEvents JSON; false stops the reading.
    using Sink = std::function<bool(std::string_view json)>;
    using Parameters = std::map<std::string, std::string>;

    virtual ~Source() = default;
    virtual base::Result<boost::json::object> view(const std::string& name,
                                                   const std::string& subject,
                                                   const Parameters& parameters) = 0;
    virtual base::Result<void> events(const EventQuery& query, const Sink& sink) = 0;
    /// One event by position or event id.
    virtual base::Result<boost::json::object> event(const std::string& name) = 0;
    virtual base::Result<boost::json::object> status() = 0;
    /// Trace id of the last answer; empty if there is none.
    virtual std::string trace() const { return {}; }
};

}  // namespace tools
