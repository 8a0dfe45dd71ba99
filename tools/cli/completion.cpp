#include "tools/cli/completion.h"

#include <fmt/format.h>

#include <vector>

#include "tools/cli/tree.h"

namespace tools {
namespace {

std::string words_after(const CLI::App& app) {
    std::string out;
    for (const auto* verb : verbs_of(app)) out += verb->get_name() + " ";
    for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
        for (const auto* flag : flags_of(*level)) {
            for (const auto& name : flag->get_lnames()) out += "--" + name + " ";
        }
    }
    out += "--help";
    return out;
}

/// Every app of the tree, the root first.
void collect(const CLI::App& app, std::vector<const CLI::App*>& out) {
    out.push_back(&app);
    for (const auto* verb : verbs_of(app)) collect(*verb, out);
}

/// The words typed so far that are nouns or verbs, joined, choose what may follow.
std::string bash(const CLI::App& root) {
    std::vector<const CLI::App*> apps;
    collect(root, apps);
    std::string cases;
    for (const auto* app : apps) {
        cases += fmt::format("        \"{}\") words=\"{}\" ;;\n", path_of(*app), words_after(*app));
    }
    std::string paths;
    for (const auto* app : apps) paths += fmt::format("|{}|", path_of(*app));
    return fmt::format(R"(# bash completion for talentctl
_talentctl() {{
    local word path="" next words="" i
    local current="${{COMP_WORDS[COMP_CWORD]}}"
    local paths="{}"
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${{COMP_WORDS[i]}}"
        next="${{path:+$path }}$word"
        [[ "$word" != -* && "$paths" == *"|$next|"* ]] && path="$next"
    done
    case "$path" in
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ ${{#COMPREPLY[@]}} -eq 0 && "$current" != -* ]] && COMPREPLY=($(compgen -f -- "$current"))
    return 0
}}
complete -F _talentctl talentctl
)",
                       paths, cases);
}

std::string zsh(const CLI::App& root) {
    return "#compdef talentctl\nautoload -U +X bashcompinit && bashcompinit\n" + bash(root);
}

std::string quoted(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string fish(const CLI::App& root) {
    std::vector<const CLI::App*> apps;
    collect(root, apps);
    std::string out = "# fish completion for talentctl\ncomplete -c talentctl -f\n";
    for (const auto* app : apps) {
        const std::string path = path_of(*app);
        std::string when = path.empty() ? "__fish_use_subcommand" : "";
        std::string seen;
        for (const CLI::App* level = app; level->get_parent() != nullptr;
             level = level->get_parent()) {
            seen += (seen.empty() ? "" : "; and ") +
                    ("__fish_seen_subcommand_from " + level->get_name());
        }
        if (when.empty()) when = seen;
        for (const auto* verb : verbs_of(*app)) {
            out += fmt::format("complete -c talentctl -n '{}' -a '{}' -d '{}'\n", when,
                               verb->get_name(), quoted(verb->get_description()));
        }
        for (const auto* flag : flags_of(*app)) {
            std::string names;
            for (const auto& name : flag->get_snames()) names += " -s " + name;
            for (const auto& name : flag->get_lnames()) names += " -l " + name;
            if (flag->get_items_expected_max() > 0) names += " -r";
            const std::string condition = path.empty() ? "" : " -n '" + seen + "'";
            out += fmt::format("complete -c talentctl{}{} -d '{}'\n", condition, names,
                               quoted(flag->get_description()));
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> completion(const CLI::App& root, std::string_view shell) {
    if (shell == "bash") return bash(root);
    if (shell == "zsh") return zsh(root);
    if (shell == "fish") return fish(root);
    return std::nullopt;
}

}  // namespace tools
