// The forms in which rows are written.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace tools {

enum class Form { table, wide, json, ndjson, csv, tsv, markdown, raw };

/// `auto` is a table on a terminal and NDJSON in a pipe; nothing if the word is not a form.
std::optional<Form> parse_form(std::string_view word, bool terminal);

/// Every word that `-o` takes.
const std::vector<std::string_view>& form_words();

}  // namespace tools
