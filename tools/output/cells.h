// From JSON rows to cells of text.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/dates.h"

namespace tools {

/// A JSON row laid flat: nested objects become dotted names, lists stay one value.
using FlatRow = std::vector<std::pair<std::string, boost::json::value>>;

FlatRow flatten(const boost::json::object& row);

/// How a value reads in a table: null as `–`, lists joined by commas, control characters visible.
std::string table_cell(const boost::json::value& value);
/// As `table_cell`, but times stand in the zone, with its offset.
std::string local_cell(const boost::json::value& value, const events::Zone& zone);
/// How a value reads in CSV: null and absent as nothing.
std::string plain_cell(const boost::json::value& value);
/// RFC 4180 quoting. Cells that a spreadsheet would run as a formula are quoted and get an
/// apostrophe in front.
std::string csv_cell(std::string_view text);
std::string tsv_cell(std::string_view text);

/// Whether the value is a number, or a text that only holds one.
bool is_numeric(const boost::json::value& value);

/// The value at a dotted path; null pointer if there is none.
const boost::json::value* at_path(const boost::json::object& row, std::string_view path);

}  // namespace tools
