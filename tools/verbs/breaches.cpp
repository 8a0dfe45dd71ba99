// The list of records that break a rule.
#include <memory>

#include "tools/verbs/asking.h"
#include "tools/verbs/verbs.h"

namespace tools {

void add_breaches(Tree& tree) {
    auto asking = std::make_shared<Asking>();
    Session& session = tree.session();
    Tree::Verb verb{"Records that break a rule on a day, since when and by what",
                    {"breaches list", "breaches list --code E_NO_SITE,E_SAME_SITE",
                     "breaches list --effective-at 2030-12-31 --known-at 2019-08-10 -o csv"},
                    {}};
    verb.action = [&session, asking] { return ask(session, "breaches", *asking); };
    auto& noun = tree.noun("breaches", "Rules that records break, and handovers that are late");
    auto& app = tree.verb(noun, "list", std::move(verb));
    const auto filter = [&](const std::string& name, const std::string& what) {
        app.add_option_function<std::string>(
            "--" + name,
            [asking, name](const std::string& value) {
                asking->others.push_back(name + "=" + value);
            },
            what);
    };
    filter("code", "Only these codes, separated by commas");
    filter("talent", "Only these talents, separated by commas");
    asking->add_moment(app);
    asking->add_paging(app);
}

}  // namespace tools
