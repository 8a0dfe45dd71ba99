// How the server or the folder is.
#include <boost/json.hpp>

#include "tools/verbs/verbs.h"

namespace tools {
namespace {

int status(Session& session) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto answer = (*source)->status();
    if (!answer) return session.fail(answer.error());
    auto printer = session.printer();
    if (session.form() != Form::table || !session.globals.fields.empty()) {
        return session.done(printer.answer(*answer));
    }
    // On a terminal one line per figure reads better than one long row.
    auto figures = session.printer({"what", "value"});
    for (const auto& [key, value] : *answer) {
        if (value.is_array()) continue;
        if (auto more = figures.row({{"what", key}, {"value", value}}); !more) {
            return session.fail(more.error());
        }
    }
    const auto* checks = answer->if_contains("checks");
    if (checks != nullptr && checks->is_array()) {
        for (const auto& check : checks->get_array()) {
            const auto& one = check.as_object();
            auto more = figures.row(
                {{"what", one.at("name")}, {"value", one.at("what")}, {"ok", one.at("ok")}});
            if (!more) return session.fail(more.error());
        }
    }
    return session.done(figures.finish());
}

}  // namespace

void add_status(Tree& tree) {
    Session& session = tree.session();
    tree.verb(tree.root(), "status",
              {"Whether the server is ready, how long the log is, how far the views are",
               {"status", "status -o json", "--offline build/demo status"},
               [&session] { return status(session); }});
}

}  // namespace tools
