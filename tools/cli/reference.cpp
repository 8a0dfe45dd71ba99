#include "tools/cli/reference.h"

#include <fmt/format.h>

#include "tools/cli/exit.h"
#include "tools/cli/settings.h"
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
    for (const auto* option : positionals_of(app)) {
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

constexpr std::string_view page_heading = R"(# The command line

This page is written by `talentctl help --markdown`; a test compares the two. `talentctl man` writes
the same as manual pages, `talentctl cheat` shows what each role does most.

Data goes to standard output, everything for people to standard error. `-o auto` is a table on a
terminal and NDJSON in a pipe. Nothing recorded is shown as `–` in tables and as null in JSON.

## Settings

A setting comes from its flag, else from the environment, else from the context in use, else it is
the default; `talentctl context show --origin` tells which. Contexts lie in
`$XDG_CONFIG_HOME/talentctl/config.toml` (or where `TALENTCTL_CONFIG` says), readable by their owner
only. `TALENTCTL_CONTEXT` names the context to use.

| setting | flag | environment | default |
| --- | --- | --- | --- |
{}
`TALENTCTL_PAGER`, else `PAGER`, else `less -FRX` shows long answers on a terminal; an empty one or
`--no-pager` does not. `NO_COLOR`, `CLICOLOR=0` and `TERM=dumb` forbid colour, `CLICOLOR_FORCE` and
`--color always` force it.

## Moments

| written | `--known-at` | `--effective-at` | `--from`, `--to` of views |
| --- | --- | --- | --- |
| `2019-07-05` | the end of that day | that day | that day |
| `2019-07`, `2019` | the end of the month, the year | its last day | its first day |
| `2019-07-05T10:00:00+08:00` | that time | its day | its day |
| `-90m`, `-2h`, `-3d`, `-2w`, `-1mo`, `-1y` | so long ago | the day then | the day then |
| `yesterday`, `today`, `tomorrow` | the end of the day | the day | the day |
| `seq:123` | after event 123 | – | – |
| `end`, `now` | the newest (default) | today (default) | `--to`: the day after today |

`--to` is the day after the range, so `--from 2019 --to 2020` is the year 2019. Days are those of
`--zone`; in tables times are shown there with their offset, in all other forms as the server says
them. `events` verbs count in positions: `--from 1200`, `begin`, `end`, or the moment from which on
events were recorded.

## Forms

`-o template='{{position}} {{type}}'` writes a line for each row; `{{{{` is a brace, `\n` a new
line. `--fields` selects columns in every form but raw; an unknown one lists those there are. The
number of rows stands below a table on a terminal and on standard error elsewhere.

## Exit codes

| exit code | meaning |
| --- | --- |
{}
)";

}  // namespace

std::string reference_markdown(const Tree& tree) {
    std::string exits, settings;
    for (const auto& [code, meaning] : exit_meanings()) {
        exits += fmt::format("| {} | {} |\n", code, meaning);
    }
    for (const auto& key : setting_keys()) {
        settings += fmt::format("| {} | `{}` | `{}` | {} |\n", key.name, key.flag, key.environment,
                                key.otherwise);
    }
    std::string out = fmt::format(page_heading, settings, exits);
    out += "## Global flags\n\nBefore or after the verb.\n\n" + flag_table(tree.root());
    for (const auto* app : verbs_of(tree.root())) section(tree, *app, out);
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

}  // namespace tools
