// Questions to the views that count and list.
#include <memory>

#include "tools/verbs/asking.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

/// A verb that asks one view about a range.
void add_counting(Tree& tree, CLI::App& parent, const std::string& name, const std::string& view,
                  Tree::Verb verb, std::vector<std::string> usual = {}) {
    auto asking = std::make_shared<Asking>();
    Session& session = tree.session();
    verb.action = [&session, asking, view, usual] { return ask(session, view, *asking, usual); };
    verb.paged = true;
    auto& app = tree.verb(parent, name, std::move(verb));
    asking->add_range(app);
    asking->add_moment(app);
    asking->add_paging(app);
}

void add_about(Tree& tree, CLI::App& parent, const std::string& view, const std::string& subject,
               const std::string& what, Tree::Verb verb, bool range,
               std::vector<std::string> usual = {}) {
    auto asking = std::make_shared<Asking>();
    Session& session = tree.session();
    verb.action = [&session, asking, view, usual] { return ask(session, view, *asking, usual); };
    verb.paged = true;
    auto& app = tree.verb(parent, "show", std::move(verb));
    app.add_option(subject, asking->subject, what)->required();
    if (range) asking->add_range(app);
    asking->add_moment(app);
    asking->add_paging(app);
}


}  // namespace

void add_views(Tree& tree) {
    const std::string id = example_id;
    auto& roster = tree.noun("roster", "Who is at an employer: staff, guests and lent people");
    add_about(tree, roster, "roster", "EMPLOYER", "Id of the employer",
              {"Who is at an employer on a day, by site, team and staffing",
               {"roster show " + id, "roster show " + id + " --effective-at 2019-12-31",
                "roster show " + id + " --known-at seq:1200 -o csv"},
               {}},
              false, {"relation", "talent", "region", "kind", "team", "staffing", "since"});

    auto& flow = tree.noun("flow", "Moves of home between places");
    add_counting(tree, flow, "matrix", "flow-matrix",
                 {"Home moves from place to place in a range (persons)",
                  {"flow matrix --from 2019 --to 2020 --by zone",
                   "flow matrix --from 2019-01-01 --to 2020-01-01 --known-at 2019-12-31",
                   "flow matrix --from 2015-01-01 --to 2021-01-01 --scheme SC-5Z-2016 -o csv"},
                  {}});

    auto& use = tree.noun("use", "Work done for other places without moving");
    add_counting(tree, use, "matrix", "use-matrix",
                 {"Work of people from one place for another in a range (FTE-days)",
                  {"use matrix --from 2019-01-01 --to 2020-01-01 --by zone --basis actual",
                   "use matrix --from 2019-01-01 --to 2019-08-01 --known-at 2019-08-01",
                   "use matrix --from 2019-01-01 --to 2020-01-01 --by prefecture -o json"},
                  {}});

    add_counting(tree, tree.root(), "net-inflow", "net-inflow",
                 {"What each place gains and loses by moves in a range",
                  {"net-inflow --from 2019-01-01 --to 2020-01-01 --by zone",
                   "net-inflow --from 2019-01-01 --to 2020-01-01 --by prefecture -o csv",
                   "net-inflow --from 2019 --to 2020 --known-at 2019-12"},
                  {}},
                 {"region", "in", "out", "net", "mean_stock", "rate_permille", "entries", "exits"});
    add_counting(
        tree, tree.root(), "stock", "stock",
        {"People who have their home in each place on a day",
         {"stock --effective-at 2019-12-31 --by prefecture", "stock --by zone --param sex=2",
          "stock --effective-at 2019-12-31 --known-at seq:1200 -o json"},
         {}});

    auto& calendar = tree.noun("calendar", "Half days that engagements hold");
    add_about(tree, calendar, "calendar", "TALENT", "Id of the talent",
              {"Mornings, afternoons and load of a person, day by day",
               {"calendar show " + id + " --from 2019-04-01 --to 2019-05-01",
                "calendar show " + id + " --from 2019-04-01 --to 2019-05-01 -o csv",
                "calendar show " + id + " --known-at 2019-08-01"},
               {}},
              true);
}

}  // namespace tools
