// cheat, completion, man, help, version; and the whole tree.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

#include "events/event.h"
#include "tools/cli/completion.h"
#include "tools/cli/manual.h"
#include "tools/cli/recipes.h"
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

/// The app that noun and verb lead to. Fails with `invalid` E_USAGE.
base::Result<const CLI::App*> app_at(const Tree& tree, const std::vector<std::string>& path) {
    const CLI::App* app = &tree.root();
    for (const auto& word : path) {
        std::vector<std::string> known;
        const CLI::App* next = nullptr;
        for (const auto* verb : verbs_of(*app)) {
            known.push_back(verb->get_name());
            if (verb->get_name() == word) next = verb;
        }
        if (next == nullptr) {
            return usage_error(fmt::format("there is no {}{}", word, did_you_mean(word, known)));
        }
        app = next;
    }
    return app;
}

int write_manual(Tree& tree, const std::string& dir) {
    std::error_code failed;
    std::filesystem::create_directories(dir, failed);
    for (const auto& page : manual_pages(tree)) {
        const auto file = std::filesystem::path(dir) / page.file;
        if (std::ofstream(file) << page.roff) continue;
        return tree.session().fail(
            {base::Fault::storage, "E_STORAGE", file.string() + " cannot be written"});
    }
    return exit_ok;
}

int print_manual(Tree& tree, const std::vector<std::string>& path, const std::string& dir) {
    if (!dir.empty()) return write_manual(tree, dir);
    const auto app = app_at(tree, path);
    if (!app) return tree.session().fail(app.error());
    fmt::print("{}", manual_page(tree, **app).roff);
    return exit_ok;
}

int cheat(Session& session, const std::string& role) {
    const bool zh = session.language() == Language::zh;
    const bool text = session.form() == Form::table;
    auto printer = session.printer();
    for (const auto& each : recipes()) {
        if (!role.empty() && each.role != role) continue;
        if (text) fmt::print("{}: {}\n\n", each.role, zh ? each.who_zh : each.who_en);
        for (const auto& recipe : each.all) {
            const auto what = zh ? recipe.zh : recipe.en;
            if (text) {
                fmt::print("  # {}\n  talentctl {}\n\n", what, recipe.command);
                continue;
            }
            auto more = printer.row({{"role", each.role},
                                     {"what", what},
                                     {"command", fmt::format("talentctl {}", recipe.command)}});
            if (!more) return session.fail(more.error());
        }
    }
    return text ? static_cast<int>(exit_ok) : session.done(printer.finish());
}

int print_help(Tree& tree, const std::vector<std::string>& path, bool markdown) {
    if (markdown) {
        fmt::print("{}", reference_markdown(tree));
        return exit_ok;
    }
    const auto app = app_at(tree, path);
    if (!app) return tree.session().fail(app.error());
    fmt::print("{}", tree.help(**app));
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

    auto role = std::make_shared<std::string>();
    std::vector<std::string> roles;
    for (const auto& each : recipes()) roles.emplace_back(each.role);
    auto& cheat_app = tree.verb(tree.root(), "cheat",
                                {"What people of each role do most, as commands to copy",
                                 {"cheat", "cheat analyst", "cheat auditor --lang zh"},
                                 [&session, role] { return cheat(session, *role); },
                                 true});
    cheat_app.add_option("ROLE", *role, "clerk, analyst, auditor, operator or developer")
        ->check(CLI::IsMember(roles));

    auto path = std::make_shared<std::vector<std::string>>();
    auto dir = std::make_shared<std::string>();
    auto& man_app = tree.verb(tree.root(), "man",
                              {"The manual page of the program, a noun or a verb, in roff",
                               {"man", "man flow matrix", "man --dir ~/.local/share/man/man1"},
                               [&tree, path, dir] { return print_manual(tree, *path, *dir); }});
    man_app.add_option("WORDS", *path, "Noun and verb");
    man_app.add_option("--dir", *dir, "Write every page into this folder")->type_name("DIR");

    auto markdown = std::make_shared<bool>(false);
    auto& help_app =
        tree.verb(tree.root(), "help",
                  {"Help on a noun or verb, or the whole reference",
                   {"help", "help flow matrix", "help --markdown"},
                   [&tree, path, markdown] { return print_help(tree, *path, *markdown); },
                   true});
    help_app.add_option("WORDS", *path, "Noun and verb");
    help_app.add_flag("--markdown", *markdown, "The reference of every verb");

    tree.verb(tree.root(), "version",
              {"Version of this program and of the event schema",
               {"version", "version -o json", "version -o csv"},
               [&session] { return print_version(session); }});
}

void add_all(Tree& tree) {
    add_status(tree);
    add_context(tree);
    add_append(tree);
    add_import(tree);
    add_events(tree);
    add_dossier(tree);
    add_views(tree);
    add_breaches(tree);
    add_bundle(tree);
    add_replay(tree);
    add_verify(tree);
    add_key(tree);
    add_proof(tree);
    add_checkpoint(tree);
    add_log(tree);
    add_catalogue(tree);
    add_demo(tree);
    add_bench(tree);
    add_general(tree);
}

}  // namespace tools
