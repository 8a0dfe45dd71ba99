// completion, help, version; and the whole tree.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "events/event.h"
#include "tools/cli/completion.h"
#include "tools/cli/reference.h"
#include "tools/cli/suggest.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

int print_completion(Tree& tree, const std::string& shell) {
    const auto script = completion(tree.root(), shell);
    if (!script) return tree.session().fail(usage_error("completion is for bash, zsh and fish"));
    fmt::print("{}", *script);
    return exit_ok;
}

int print_help(Tree& tree, const std::vector<std::string>& path, bool markdown) {
    if (markdown) {
        fmt::print("{}", reference_markdown(tree));
        return exit_ok;
    }
    const CLI::App* app = &tree.root();
    for (const auto& word : path) {
        std::vector<std::string> known;
        const CLI::App* next = nullptr;
        for (const auto* verb : verbs_of(*app)) {
            known.push_back(verb->get_name());
            if (verb->get_name() == word) next = verb;
        }
        if (next == nullptr) {
            return tree.session().fail(
                usage_error(fmt::format("there is no {}{}", word, did_you_mean(word, known))));
        }
        app = next;
    }
    fmt::print("{}", tree.help(*app));
    return exit_ok;
}

int print_version(Session& session) {
    if (session.form() == Form::table) {
        fmt::print("talentctl {} (event schema {}, {} build)\n", TALENT_LEDGER_VERSION,
                   events::schema_version, TALENT_LEDGER_BUILD);
        return exit_ok;
    }
    auto printer = session.printer();
    return session.done(printer.answer({{"version", TALENT_LEDGER_VERSION},
                                        {"schema", events::schema_version},
                                        {"build", TALENT_LEDGER_BUILD}}));
}

}  // namespace

void add_general(Tree& tree) {
    Session& session = tree.session();
    auto shell = std::make_shared<std::string>();
    auto& completion_app = tree.verb(tree.root(), "completion",
                                     {"A script that completes nouns, verbs and flags in a shell",
                                      {"completion bash", "completion zsh", "completion fish"},
                                      [&tree, shell] { return print_completion(tree, *shell); }});
    completion_app.add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));

    auto path = std::make_shared<std::vector<std::string>>();
    auto markdown = std::make_shared<bool>(false);
    auto& help_app =
        tree.verb(tree.root(), "help",
                  {"Help on a noun or verb, or the whole reference",
                   {"help", "help flow matrix", "help --markdown"},
                   [&tree, path, markdown] { return print_help(tree, *path, *markdown); }});
    help_app.add_option("WORDS", *path, "Noun and verb");
    help_app.add_flag("--markdown", *markdown, "The reference of every verb");

    tree.verb(tree.root(), "version",
              {"Version of this program and of the event schema",
               {"version", "version -o json", "version -o csv"},
               [&session] { return print_version(session); }});
}

void add_all(Tree& tree) {
    add_status(tree);
    add_append(tree);
    add_import(tree);
    add_events(tree);
    add_dossier(tree);
    add_views(tree);
    add_breaches(tree);
    add_verify(tree);
    add_catalogue(tree);
    add_demo(tree);
    add_bench(tree);
    add_general(tree);
}

}  // namespace tools
