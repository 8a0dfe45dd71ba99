#include "tools/cli/manual.h"

#include <fmt/format.h>

#include "tools/cli/exit.h"
#include "tools/cli/settings.h"
#include "tools/cli/tree.h"

namespace tools {
namespace {

/// Text as roff takes it: no line begins with a dot or an apostrophe, hyphens stay hyphens.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

std::string name_of(const CLI::App& app, char between) {
    std::string name = "talentctl";
    if (app.get_parent() != nullptr) name += between + path_of(app);
    for (char& c : name) {
        if (c == ' ') c = between;
    }
    return name;
}

std::string entry(const std::string& term, const std::string& text) {
    return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(term), roff(text));
}

std::string flags_section(const CLI::App& app, const char* title) {
    const auto flags = flags_of(app);
    if (flags.empty()) return {};
    std::string out = fmt::format(".SH {}\n", title);
    for (const auto* flag : flags) out += entry(spelling_of(*flag), flag->get_description());
    return out;
}

std::string environment_section() {
    std::string out = ".SH ENVIRONMENT\n";
    for (const auto& key : setting_keys()) {
        out += entry(std::string(key.environment), fmt::format("As {}.", key.flag));
    }
    out += entry("TALENTCTL_CONTEXT", "As --context.");
    out += entry("TALENTCTL_CONFIG", "File of contexts ($XDG_CONFIG_HOME/talentctl/config.toml).");
    out += entry("TALENTCTL_PAGER, PAGER", "Pager on a terminal (less -FRX); empty for none.");
    out += entry("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "Forbid or force colour.");
    return out;
}

std::string exit_section() {
    std::string out = ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : exit_meanings()) {
        out += entry(std::to_string(code), std::string(meaning));
    }
    return out;
}

void collect(const Tree& tree, const CLI::App& app, std::vector<ManualPage>& out) {
    out.push_back(manual_page(tree, app));
    for (const auto* verb : verbs_of(app)) collect(tree, *verb, out);
}

}  // namespace

ManualPage manual_page(const Tree& tree, const CLI::App& app) {
    const bool is_root = app.get_parent() == nullptr;
    const auto name = name_of(app, '-');
    std::string out = fmt::format(".TH \"{}\" 1 \"\" \"talentctl {}\" \"Talent Ledger\"\n",
                                  roff(name), TALENT_LEDGER_VERSION);
    out += fmt::format(".SH NAME\n{} \\- {}\n", roff(name), roff(app.get_description()));
    out += fmt::format(".SH SYNOPSIS\n.B {}\n", roff(tree.usage(app)));
    const auto positionals = positionals_of(app);
    if (!positionals.empty()) out += ".SH ARGUMENTS\n";
    for (const auto* option : positionals) {
        out += entry(option->get_name(true), option->get_description());
    }
    const auto verbs = verbs_of(app);
    if (!verbs.empty()) out += ".SH VERBS\n";
    for (const auto* verb : verbs) out += entry(verb->get_name(), verb->get_description());
    out += flags_section(app, is_root ? "GLOBAL FLAGS" : "FLAGS");
    if (!tree.examples(app).empty()) out += ".SH EXAMPLES\n";
    for (const auto& example : tree.examples(app)) {
        out += fmt::format(".PP\n.EX\n{}\n.EE\n", roff("talentctl " + example));
    }
    if (is_root) {
        out += environment_section() + exit_section();
    } else {
        out += ".SH SEE ALSO\n" + roff(name_of(*app.get_parent(), '-')) + "(1)\n";
    }
    return {name + ".1", std::move(out)};
}

std::vector<ManualPage> manual_pages(const Tree& tree) {
    std::vector<ManualPage> pages;
    collect(tree, tree.root(), pages);
    return pages;
}

}  // namespace tools
