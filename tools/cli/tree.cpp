#include "tools/cli/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/cli/problem.h"
#include "tools/cli/suggest.h"
#include "tools/output/form.h"

namespace tools {
namespace {

constexpr int flag_column = 28;

std::string line_of(const std::string& left, const std::string& right) {
    return fmt::format("  {:<{}} {}\n", left, flag_column, right);
}

/// The word that the tree does not know, with what it may have been.
struct Unknown {
    std::string word;
    std::vector<std::string> known;
};

std::vector<std::string> flag_names(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app != nullptr; app = app->get_parent()) {
        for (const auto* option : app->get_options()) {
            for (const auto& name : option->get_lnames()) names.push_back("--" + name);
        }
    }
    return names;
}

std::optional<Unknown> find_unknown(const CLI::App& root,
                                    const std::vector<std::string>& arguments) {
    const CLI::App* app = &root;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word.starts_with("-") && word.size() > 1) {
            const std::string name = word.substr(0, word.find('='));
            const CLI::Option* option = nullptr;
            for (const auto* level = app; level != nullptr; level = level->get_parent()) {
                if (option == nullptr) option = level->get_option_no_throw(name);
            }
            if (option == nullptr && name.starts_with("--")) return Unknown{name, flag_names(app)};
            const bool takes_value = option != nullptr && option->get_items_expected_max() > 0;
            if (takes_value && word.find('=') == std::string::npos) ++i;
            continue;
        }
        const auto below = verbs_of(*app);
        const auto found = std::find_if(below.begin(), below.end(),
                                        [&](const auto* sub) { return sub->get_name() == word; });
        if (found != below.end()) {
            app = *found;
        } else if (!below.empty()) {
            Unknown unknown{word, {}};
            for (const auto* sub : below) unknown.known.push_back(sub->get_name());
            return unknown;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string path_of(const CLI::App& app) {
    if (app.get_parent() == nullptr) return {};
    const std::string above = path_of(*app.get_parent());
    return above.empty() ? app.get_name() : above + " " + app.get_name();
}

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    auto below = app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
    return {below.begin(), below.end()};
}

std::vector<const CLI::Option*> flags_of(const CLI::App& app) {
    auto options = app.get_options([](const CLI::Option* option) {
        return !option->get_positional() && !option->get_group().empty() &&
               !option->check_name("--help");
    });
    return {options.begin(), options.end()};
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& app) {
    auto options = app.get_options([](const auto* option) { return option->get_positional(); });
    return {options.begin(), options.end()};
}

std::string spelling_of(const CLI::Option& option) {
    std::string out;
    for (const auto& name : option.get_snames()) out += (out.empty() ? "-" : ",-") + name;
    for (const auto& name : option.get_lnames()) out += (out.empty() ? "--" : ",--") + name;
    // What the value is checked against is said in the description.
    const std::string type = option.get_type_name();
    if (option.get_items_expected_max() > 0) out += " " + type.substr(0, type.find(':'));
    return out;
}

Tree::Tree(Session& session) : session_(session), root_("", "talentctl") {
    root_.description("Records talent events, asks the views, checks the log.");
    root_.require_subcommand(0, 1);
    root_.fallthrough();
    root_.set_help_flag("-h,--help", "Purpose, examples and flags");
    add_globals();
    examples_[&root_] = {"cheat", "flow matrix --from 2019-01-01 --to 2020-01-01 --by zone",
                         "dossier show 0198c6f0000070008000000000000003 --known-at 2019-07-20"};
}

void Tree::add_globals() {
    auto& globals = session_.globals;
    const auto add = [&](const std::string& name, auto& value, const std::string& what,
                         const std::string& type) {
        return root_.add_option(name, value, what)->group("Global flags")->type_name(type);
    };
    const auto flag = [&](const std::string& name, auto& value, const std::string& what) {
        root_.add_flag(name, value, what)->group("Global flags");
    };
    add("--server", globals.server, "Address of the server, http or https", "URL");
    add("--context", globals.context, "Settings by this name: talentctl context", "NAME");
    add("--offline", globals.offline,
        "Read the folder of a stopped server, a folder of tiles or an evidence pack",
        "PATH");
    add("-o,--output", globals.output,
        "auto (table on a terminal, NDJSON in a pipe), table, wide, json, ndjson, csv, tsv, "
        "markdown, raw or template='{field} {other}'",
        "FORM")
        ->check([](const std::string& word) {
            return parse_form(word, false) ? std::string() : "--output " + form_fault(word);
        });
    add("--fields", globals.fields, "Only these fields, dotted: from,to,data.payload.employer",
        "A,B.C")
        ->delimiter(',');
    add("--lang", globals.language, "Language of messages, zh or en", "LANG")
        ->check(CLI::IsMember({"zh", "en"}));
    add("--zone", globals.zone, "Zone of days and of times in tables (Asia/Shanghai)", "ZONE");
    add("--actor", globals.actor, "Who asks, \"id=<hex>; role=P\"; sent as Ledger-Actor", "ACTOR");
    add("--ca", globals.ca, "Certificates to trust over https instead of the system's", "FILE");
    add("--token-file", globals.token_file, "File with the bearer token", "FILE");
    add("--token-command", globals.token_command, "Command that prints the bearer token", "CMD");
    add("--color", globals.color, "auto, always or never", "WHEN")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    flag("--curl", globals.curl, "Print the equal request for curl, send nothing");
    flag("--no-pager", globals.no_pager, "Never page long answers on a terminal");
    flag("--no-input", globals.no_input, "Never ask");
    flag("-q,--quiet", globals.quiet, "No progress, no hints, no number of rows");
    flag("-v,--verbose", globals.verbose, "Say more");
}

CLI::App& Tree::noun(const std::string& name, const std::string& purpose) {
    auto* app = root_.add_subcommand(name, purpose);
    app->require_subcommand(0, 1);
    app->callback([this, app] {
        if (!app->get_subcommands().empty()) return;
        chosen_ = [this, app] {
            fmt::print("{}", help(*app));
            return static_cast<int>(exit_usage);
        };
    });
    return *app;
}

CLI::App& Tree::verb(CLI::App& parent, const std::string& name, Verb verb) {
    auto* app = parent.add_subcommand(name, verb.purpose);
    if (verb.hidden) app->group("");
    examples_[app] = std::move(verb.examples);
    app->callback([this, action = std::move(verb.action), paged = verb.paged] {
        if (!paged) {
            chosen_ = action;
            return;
        }
        chosen_ = [this, action] {
            session_.page();
            return action();
        };
    });
    return *app;
}

const std::vector<std::string>& Tree::examples(const CLI::App& app) const {
    static const std::vector<std::string> none;
    const auto found = examples_.find(&app);
    return found == examples_.end() ? none : found->second;
}

std::string Tree::usage(const CLI::App& app) const {
    const std::string path = path_of(app);
    std::string out = path.empty() ? "talentctl" : "talentctl " + path;
    if (!verbs_of(app).empty()) out += " VERB";
    for (const auto* option : positionals_of(app)) {
        const auto name = option->get_name(true);
        out += option->get_required() ? " " + name : " [" + name + "]";
    }
    return out + " [flags]";
}

std::string Tree::help(const CLI::App& app) const {
    const auto verbs = verbs_of(app);
    std::string out = app.get_description() + "\n";
    if (!examples(app).empty()) out += "\nExamples:\n";
    for (const auto& example : examples(app)) out += fmt::format("  talentctl {}\n", example);
    out += "\nUsage: " + usage(app) + "\n";
    if (!verbs.empty()) out += "\nVerbs:\n";
    for (const auto* verb : verbs) out += line_of(verb->get_name(), verb->get_description());
    const auto positionals = positionals_of(app);
    if (!positionals.empty()) out += "\nArguments:\n";
    for (const auto* option : positionals) {
        out += line_of(option->get_name(true), option->get_description());
    }
    const bool is_root = app.get_parent() == nullptr;
    const auto own = flags_of(app);
    if (!own.empty()) out += is_root ? "\nGlobal flags:\n" : "\nFlags:\n";
    for (const auto* option : own) out += line_of(spelling_of(*option), option->get_description());
    if (is_root) return out;
    out += "\nGlobal flags (talentctl --help):";
    for (const auto* option : flags_of(root_)) {
        const auto& shorts = option->get_snames();
        out += shorts.empty() ? " --" + option->get_lnames().front() : " -" + shorts.front();
    }
    return out + "\n";
}

Tree::Reading Tree::misuse(const CLI::ParseError& error,
                           const std::vector<std::string>& arguments) const {
    std::string what = error.what();
    if (const auto unknown = find_unknown(root_, arguments)) {
        what = fmt::format("there is no {}{}", unknown->word,
                           did_you_mean(unknown->word, unknown->known));
    }
    return {nullptr, session_.fail(usage_error(what))};
}

Tree::Reading Tree::read(const std::vector<std::string>& arguments) {
    chosen_ = nullptr;
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        root_.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        const CLI::App* app = &root_;
        while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
        fmt::print("{}", help(*app));
        return {};
    } catch (const CLI::ParseError& error) {
        return misuse(error, arguments);
    }
    if (!chosen_) {
        fmt::print("{}", help(root_));
        return {nullptr, exit_usage};
    }
    return {chosen_, 0};
}

}  // namespace tools
