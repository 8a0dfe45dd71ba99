#include "tools/cli/reference.h"

#include <fmt/format.h>

#include "tools/cli/tree.h"

namespace tools {
namespace {

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string flag_table(const CLI::App& app) {
    const auto flags = flags_of(app);
    if (flags.empty()) return {};
    std::string out = "| flag | meaning |\n| --- | --- |\n";
    for (const auto* flag : flags) {
        out +=
            fmt::format("| `{}` | {} |\n", cell(spelling_of(*flag)), cell(flag->get_description()));
    }
    return out + "\n";
}

std::string arguments_of(const CLI::App& app) {
    std::string out;
    const auto positionals = app.get_options([](const auto* o) { return o->get_positional(); });
    for (const auto* option : positionals) {
        out += fmt::format("- `{}`: {}\n", option->get_name(true), option->get_description());
    }
    return out.empty() ? out : out + "\n";
}

void section(const Tree& tree, const CLI::App& app, std::string& out) {
    const auto verbs = verbs_of(app);
    out += fmt::format("## talentctl {}\n\n{}.\n\n", path_of(app), app.get_description());
    if (!tree.examples(app).empty()) {
        out += "```\n";
        for (const auto& example : tree.examples(app)) out += "talentctl " + example + "\n";
        out += "```\n\n";
    }
    out += arguments_of(app) + flag_table(app);
    for (const auto* verb : verbs) section(tree, *verb, out);
}

constexpr const char* heading = R"(# The command line

This page is written by `talentctl help --markdown`; a test compares the two.

Data goes to standard output, everything for people to standard error. `-o auto` is a table on a
terminal and NDJSON in a pipe. Nothing recorded is shown as `–` in tables and as null in JSON.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed: refused by a rule, bad input |
| 2 | wrong call |
| 3 | not found |
| 4 | not authenticated or not allowed |
| 5 | conflict: stale revision, command id used before with another body |
| 6 | verification failed: evidence of tampering or loss |
| 7 | unavailable or timed out, trying again may help |
| 8 | declined |
| 9 | differences found |
| 10 | partly done |

)";

}  // namespace

std::string reference_markdown(const Tree& tree) {
    std::string out = heading;
    out += "## Global flags\n\nBefore or after the verb.\n\n" + flag_table(tree.root());
    for (const auto* app : verbs_of(tree.root())) section(tree, *app, out);
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

}  // namespace tools
