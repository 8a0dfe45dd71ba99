// JSON for eyes: one spelling for each value.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace evidence {

/// Two spaces a level, members in their order, a line feed at the end.
std::string pretty(const boost::json::value& value);

}  // namespace evidence
