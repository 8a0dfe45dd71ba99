#include "tools/output/form.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/suggest.h"
#include "tools/output/pattern.h"

namespace tools {

const std::vector<std::string_view>& form_words() {
    static const std::vector<std::string_view> words = {
        "auto", "table", "wide", "json", "ndjson", "csv", "tsv", "markdown", "raw"};
    return words;
}

std::optional<Form> parse_form(std::string_view word, bool terminal) {
    if (word == "auto") return terminal ? Form::table : Form::ndjson;
    if (word.starts_with(Pattern::prefix)) {
        if (!Pattern::parse(word.substr(Pattern::prefix.size()))) return std::nullopt;
        return Form::pattern;
    }
    const auto& words = form_words();
    const auto found = std::find(words.begin() + 1, words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Form>(found - words.begin() - 1);
}

std::string form_fault(std::string_view word) {
    if (word.starts_with(Pattern::prefix)) {
        const auto pattern = Pattern::parse(word.substr(Pattern::prefix.size()));
        return pattern ? std::string() : pattern.error().what;
    }
    std::vector<std::string> known(form_words().begin(), form_words().end());
    return fmt::format("takes {} or template=…, not '{}'{}", fmt::join(known, ", "), word,
                       did_you_mean(word, known));
}

bool is_for_people(Form form) {
    return form == Form::table || form == Form::wide || form == Form::markdown;
}

}  // namespace tools
