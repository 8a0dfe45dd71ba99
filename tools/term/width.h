// How wide text is on a terminal: a Han character takes two cells, a combining mark none.
#pragma once

#include <string>
#include <string_view>

namespace tools {

/// Cells that the text takes. Bytes that are not UTF-8 count as one replacement character each.
int display_width(std::string_view text);

/// The text cut to at most `cells` cells, with an ellipsis where something was cut.
std::string cut_to_width(std::string_view text, int cells);

/// The text with blanks added up to `cells` cells, on the left if `right_aligned`.
std::string pad_to_width(std::string_view text, int cells, bool right_aligned = false);

/// The text with control characters made visible, so that stored text cannot drive a terminal.
std::string printable(std::string_view text);

}  // namespace tools
