// JSON values to text as a person would write the numbers: 16.5, not 1.65E1.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>

namespace events {

/// Compact JSON text. Doubles are written in their shortest decimal form; values that are not
/// finite become null, since JSON has no word for them.
std::string json_text(const boost::json::value& value);
std::string json_text(const boost::json::object& object);

}  // namespace events
