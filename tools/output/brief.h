// One event in one line of a table.
#pragma once

#include <boost/json/fwd.hpp>

namespace tools {

/// Of a CloudEvent: position, type without `talent.` and version, subject, from, to, recorded_at,
/// role.
boost::json::object brief_of(const boost::json::object& event);

}  // namespace tools
