// Named settings: which server, in which language, as whom.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

using Named = std::map<std::string, std::string>;

bool is_name(const std::string& name) {
    constexpr const char* allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of(allowed) == std::string::npos;
}

/// Keeps the global flags that were given with the verb.
int add(Session& session, const std::string& name, bool use) {
    if (!is_name(name)) {
        return session.fail(usage_error("a context is named by letters, digits, - _ and ."));
    }
    auto contexts = Contexts::load(contexts_file());
    if (!contexts) return session.fail(contexts.error());
    Named wanted = contexts->named[name];
    for (const auto& key : setting_keys()) {
        const auto& given = session.globals.*key.given;
        if (!given.empty()) wanted[std::string(key.name)] = given;
    }
    if (wanted.empty()) {
        return session.fail(usage_error("say what the context sets: context add " + name +
                                        " --server URL [--lang zh] [--actor …]"));
    }
    contexts->named[name] = std::move(wanted);
    // The values are judged where they would be used, before they are kept.
    Globals only;
    only.context = name;
    if (auto good = Settings::resolve(only, *contexts); !good) return session.fail(good.error());
    if (use || contexts->named.size() == 1) contexts->current = name;
    if (auto saved = contexts->save(contexts_file()); !saved) return session.fail(saved.error());
    session.say(fmt::format("context {} is kept in {}{}", name, contexts_file().string(),
                            contexts->current == name ? " and in use" : ""));
    return exit_ok;
}

int use(Session& session, const std::string& name) {
    auto contexts = Contexts::load(contexts_file());
    if (!contexts) return session.fail(contexts.error());
    if (auto known = check_context(*contexts, name); !known) return session.fail(known.error());
    contexts->current = name;
    if (auto saved = contexts->save(contexts_file()); !saved) return session.fail(saved.error());
    session.say(fmt::format("context {} is in use", name));
    return exit_ok;
}

int list(Session& session) {
    const auto contexts = Contexts::load(contexts_file());
    if (!contexts) return session.fail(contexts.error());
    auto printer = session.printer();
    for (const auto& [name, settings] : contexts->named) {
        json::object row{{"name", name}, {"current", name == contexts->current}};
        for (const auto& key : setting_keys()) {
            const auto found = settings.find(std::string(key.name));
            row[key.name] = found == settings.end() ? json::value(nullptr) : found->second.c_str();
        }
        if (auto more = printer.row(std::move(row)); !more) return session.fail(more.error());
    }
    return session.done(printer.finish());
}

int show(Session& session, const std::string& name, bool origin) {
    if (!name.empty()) session.globals.context = name;
    const auto settings = session.settings();
    if (!settings) return session.fail(settings.error());
    auto printer = session.printer();
    const auto put = [&](std::string_view what, const std::string& value, const std::string& from) {
        json::object row{{"setting", what},
                         {"value", value.empty() ? json::value(nullptr) : json::value(value)}};
        if (origin) row["origin"] = from;
        return printer.row(std::move(row));
    };
    const auto& chosen = **settings;
    auto more = put("context", chosen.context(), contexts_file().string());
    for (const auto& one : chosen.all()) {
        if (more) more = put(one.name, one.value, one.origin);
    }
    if (!more) return session.fail(more.error());
    return session.done(printer.finish());
}

int remove(Session& session, const std::string& name, bool yes) {
    auto contexts = Contexts::load(contexts_file());
    if (!contexts) return session.fail(contexts.error());
    if (auto known = check_context(*contexts, name); !known) return session.fail(known.error());
    const auto agreed = session.confirm(fmt::format("This removes context {} with its {} settings",
                                                    name, contexts->named.at(name).size()),
                                        name, yes);
    if (!agreed) return session.fail(agreed.error());
    contexts->named.erase(name);
    if (contexts->current == name) contexts->current.clear();
    return session.done(contexts->save(contexts_file()));
}

}  // namespace

void add_context(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("context", "Named settings: which server, in which language, as whom");
    auto name = std::make_shared<std::string>();
    auto flag = std::make_shared<bool>(false);

    auto& add_app =
        tree.verb(noun, "add",
                  {"Keep the global flags given with it under a name",
                   {"context add province --server https://ledger.example --ca province.pem",
                    "context add demo --server http://127.0.0.1:7400 --lang zh --use",
                    "context add desk --actor \"id=0198c6f0000070008000000000000001; role=P\" "
                    "--token-command \"pass show ledger\""},
                   [&session, name, flag] { return add(session, *name, *flag); }});
    add_app.add_option("NAME", *name, "Name of the context")->required();
    add_app.add_flag("--use", *flag, "Use it from now on");

    auto& use_app = tree.verb(noun, "use",
                              {"Use a context from now on",
                               {"context use province", "context use demo", "context use desk -q"},
                               [&session, name] { return use(session, *name); }});
    use_app.add_option("NAME", *name, "Name of the context")->required();

    tree.verb(noun, "list",
              {"Every context with what it sets",
               {"context list", "context list -o json", "context list --fields name,server"},
               [&session] { return list(session); },
               true});

    auto shown = std::make_shared<std::string>();
    auto& show_app = tree.verb(
        noun, "show",
        {"The settings that hold, and who said so",
         {"context show", "context show --origin", "context show province --origin -o json"},
         [&session, shown, flag] { return show(session, *shown, *flag); },
         true});
    show_app.add_option("NAME", *shown, "Name of the context (the one in use)");
    show_app.add_flag("--origin", *flag, "Say where each value comes from");

    auto& remove_app =
        tree.verb(noun, "remove",
                  {"Forget a context",
                   {"context remove demo", "context remove demo --yes", "context remove desk -q"},
                   [&session, name, flag] { return remove(session, *name, *flag); }});
    remove_app.add_option("NAME", *name, "Name of the context")->required();
    remove_app.add_flag("--yes", *flag, "Do not ask");
}

}  // namespace tools
