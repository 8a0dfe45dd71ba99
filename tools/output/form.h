// The forms in which rows are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

enum class Form { table, wide, json, ndjson, csv, tsv, markdown, raw, pattern };

/// `auto` is a table on a terminal and NDJSON in a pipe; `template=…` is a pattern; nothing if
/// the word is not a form.
std::optional<Form> parse_form(std::string_view word, bool terminal);

/// Every word that `-o` takes, but for `template=…`.
const std::vector<std::string_view>& form_words();
/// What is wrong with a word that is not a form, with the nearest one that is.
std::string form_fault(std::string_view word);

/// Whether the form is made for people to read.
bool is_for_people(Form form);

}  // namespace tools
