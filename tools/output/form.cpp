#include "tools/output/form.h"

#include <algorithm>

namespace tools {

const std::vector<std::string_view>& form_words() {
    static const std::vector<std::string_view> words = {
        "auto", "table", "wide", "json", "ndjson", "csv", "tsv", "markdown", "raw"};
    return words;
}

std::optional<Form> parse_form(std::string_view word, bool terminal) {
    if (word == "auto") return terminal ? Form::table : Form::ndjson;
    const auto& words = form_words();
    const auto found = std::find(words.begin() + 1, words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Form>(found - words.begin() - 1);
}

}  // namespace tools
