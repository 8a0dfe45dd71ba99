// What a cell of a table means as JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "events/catalogue.h"

namespace tools {

bool is_boolean_true(std::string_view text);
/// Text that is no number or truth value stays text, so that the reader names what is wrong.
boost::json::value scalar(events::FieldType type, std::string_view text);
/// `a;b；c、d` as a list.
boost::json::array items_of(events::FieldType type, std::string text);

/// A date as people write it (2019/4/1, 2019.4.1, 20190401, 2019年4月1日) as 2019-04-01; other
/// texts unchanged.
std::string normalised_date(std::string_view text);

}  // namespace tools
